// SPDX-License-Identifier: Apache-2.0
// student — the quantised network while it is trained: coded and dense layers on one graph.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/compress/lowering.h"
#include "sw/train/coded_layer.h"
#include "sw/train/dense_layer.h"
#include "sw/train/graph.h"

namespace vqrom::train {

class Student {
 public:
  // Keeps a reference to the model. Layers in `start` begin as it says; those in `layers` take
  // codewords of that codebook. Errors: train.operator, model.order.
  Student(const model::Model& model, const std::vector<compress::Quantisation>& quantisations,
          const std::vector<int>& coded_layers, const codebook::Codebook& codebook,
          const CandidateSettings& settings, const compress::LayerSolutions& start = {},
          const compress::LayerCodebooks& layers = {});

  // With ratios, differentiable; outputs of nodes as Graph::run.
  [[nodiscard]] std::vector<torch::Tensor> run(const torch::Tensor& batch,
                                               const std::vector<int>& wanted);
  // With the likeliest candidates alone: what the integers would compute. No gradient.
  [[nodiscard]] std::vector<torch::Tensor> run_hard(const torch::Tensor& batch,
                                                    const std::vector<int>& wanted) const;
  // Mean of CodedLayer::undecided over sub-vectors, of the last run().
  [[nodiscard]] torch::Tensor undecided() const;

  // Freezes every sub-vector of at least that ratio, and the likeliest others until `share` of all
  // are frozen.
  void freeze(double share, double ratio);
  [[nodiscard]] double frozen_share() const;

  // In the order of the nodes.
  [[nodiscard]] std::vector<Parameter*> parameters();
  [[nodiscard]] compress::LayerSolutions solutions() const;
  [[nodiscard]] std::map<int, CodedLayer>& coded() { return coded_; }

 private:
  [[nodiscard]] std::int64_t sub_vectors() const;

  Graph graph_;
  std::map<int, CodedLayer> coded_;
  std::map<int, DenseLayer> dense_;
};

}  // namespace vqrom::train
