// SPDX-License-Identifier: Apache-2.0
// weight_pool — the layers with weights of a network whose graph nothing here executes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::model {

// A vision transformer, say: its linear layers can be expressed in codewords although LayerNorm,
// attention and GELU run elsewhere.
struct WeightPool {
  // Conv and Linear nodes in the order of the file, each with its weights and, where it is a
  // constant, its bias; all read node 0, and nothing tells how they are connected. Only
  // codebook::cut_network() and layer_network() understand such a model.
  Model model;
  std::vector<std::string> others;  // other operators, sorted, each once: "LayerNormalization"
};

// Takes every Conv of two spatial axes, and every Gemm or MatMul whose second operand is a matrix
// that does not depend on the network's input (an initialiser, or computed from constants by the
// operators that import folds). The bias of a MatMul is the constant of the Add that alone reads
// it. Errors: those of reading the file (import.h), onnx.graph (no such layer).
[[nodiscard]] WeightPool parse_weights(std::string_view bytes, std::string_view name);

// One line a layer: name, operator, shape of the weights and how many; then their sum.
[[nodiscard]] std::string weight_table(const WeightPool& pool);

// A network of this one Linear alone, applied to each of `positions` tokens: a 1x1 convolution on
// a map {1, in, 1, positions}; with one position a Linear on {1, in}. Errors: onnx.layer (no Linear
// of that name; names those that there are).
[[nodiscard]] Model layer_network(const WeightPool& pool, std::string_view layer,
                                  std::int64_t positions);

}  // namespace vqrom::model
