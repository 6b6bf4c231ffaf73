// SPDX-License-Identifier: Apache-2.0
// float_evaluator — runs a Model in float32, the reference that compression is compared with.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::model {

// Single-threaded and without state that changes: one evaluator serves many threads.
class FloatEvaluator {
 public:
  explicit FloatEvaluator(const Model& model);  // keeps a reference

  // The output of every node, indexed as model.nodes, each in the node's own NCHW order.
  [[nodiscard]] std::vector<std::vector<float>> run_all(std::span<const float> input) const;
  // One node's output from those of the nodes before it, of which only its inputs are looked at.
  [[nodiscard]] std::vector<float> run_node(int node,
                                            const std::vector<std::vector<float>>& values) const;
  // The output node's values only; frees what is no longer needed on the way.
  [[nodiscard]] std::vector<float> run(std::span<const float> input) const;

 private:
  const Model& model_;
};

}  // namespace vqrom::model
