// SPDX-License-Identifier: Apache-2.0
// dense_layer — a layer that stays int8: trainable real weights, computed with on their grid.
#pragma once

#include <vector>

#include <torch/types.h>

#include "sw/compress/lowering.h"
#include "sw/train/adam.h"
#include "sw/train/graph.h"

namespace vqrom::train {

// Weights of one Conv or Linear node, symmetric int8 an output channel as compress::assign_dense.
class DenseLayer {
 public:
  // With the weights and bias of `start` instead of the float network's, if there is one.
  DenseLayer(const model::Model& model, int node, const compress::LayerSolution* start = nullptr);

  // In the model's order; the gradient passes the rounding straight.
  [[nodiscard]] LayerTensors tensors() const;
  [[nodiscard]] std::vector<Parameter>& parameters() { return parameters_; }
  [[nodiscard]] compress::LayerSolution solution() const;

 private:
  std::vector<std::int64_t> shape_;  // [out][kernel_h][kernel_w][in/groups]
  bool linear_ = false;
  torch::Tensor columns_;              // of a Linear: hardware column of each model column
  std::vector<Parameter> parameters_;  // weights in hardware order, bias
};

}  // namespace vqrom::train
