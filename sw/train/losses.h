// SPDX-License-Identifier: Apache-2.0
// losses — how far the student is from the float network and from the labels.
#pragma once

#include <vector>

#include <torch/types.h>

#include "sw/model/model.h"
#include "sw/train/trainer.h"

namespace vqrom::train {

// The node before a Softmax at the end, else the output: what the accelerator computes last.
[[nodiscard]] int last_node(const model::Model& model);

// Mean over the nodes of squared error over the teacher's variance; 0 without nodes.
[[nodiscard]] torch::Tensor block_loss(const std::vector<int>& nodes,
                                       const std::vector<torch::Tensor>& student,
                                       const std::vector<torch::Tensor>& teacher);

[[nodiscard]] torch::Tensor output_loss(const torch::Tensor& student, const torch::Tensor& teacher,
                                        OutputLoss kind, double temperature);

// Cross-entropy with labels, int64 [n].
[[nodiscard]] torch::Tensor task_loss(const torch::Tensor& logits, const torch::Tensor& labels);

}  // namespace vqrom::train
