// SPDX-License-Identifier: Apache-2.0
// graph — a Model run in LibTorch on batches, in float or on the grids of its codes.
#pragma once

#include <functional>
#include <vector>

#include <torch/types.h>

#include "sw/compress/quantised_network.h"
#include "sw/model/model.h"

namespace vqrom::train {

// What a Conv or Linear node computes with: weight [out][in/groups][kernel_h][kernel_w] or
// [out][in] in the model's order, bias [out].
struct LayerTensors {
  torch::Tensor weight;
  torch::Tensor bias;
};
using LayerSource = std::function<LayerTensors(int node)>;

// The layers of the model as they are.
[[nodiscard]] LayerSource float_layers(const model::Model& model);

// Walks the graph; keeps a reference to the model. Maps are channels-last in memory, which is what
// oneDNN is fastest with.
class Graph {
 public:
  // Errors: train.operator (an operator, or its setting, that training does not know).
  explicit Graph(const model::Model& model);
  // With activations on the grid of their codes, by node (compress::choose_quantisations).
  Graph(const model::Model& model, std::vector<compress::Quantisation> quantisations);

  // The outputs of all nodes for a batch [n][C][H][W] or [n][F]; those that nothing reads any more
  // and `wanted` does not list are undefined tensors.
  [[nodiscard]] std::vector<torch::Tensor> run(const torch::Tensor& batch,
                                               const LayerSource& layers,
                                               const std::vector<int>& wanted) const;

 private:
  [[nodiscard]] torch::Tensor run_node(int node, const std::vector<torch::Tensor>& outputs,
                                       const LayerSource& layers) const;
  [[nodiscard]] torch::Tensor activate(int node, const torch::Tensor& x,
                                       const model::Activation& activation) const;

  const model::Model& model_;
  std::vector<compress::Quantisation> quantisations_;  // empty: float
  std::vector<int> last_reader_;                       // by node
};

}  // namespace vqrom::train
