// SPDX-License-Identifier: Apache-2.0
#include "sw/model/model.h"

#include <array>

namespace vqrom::model {

std::string op_name(const Op& op) {
  static constexpr std::array kNames = {"Input",   "Conv",        "Linear", "Add",   "Clamp",
                                        "MaxPool", "AveragePool", "Concat", "Slice", "Pad",
                                        "Reshape", "Softmax",     "Curve"};
  static_assert(kNames.size() == std::variant_size_v<Op>);
  return kNames[op.index()];
}

std::int64_t mac_count(const Node& node) {
  if (const auto* conv = std::get_if<Conv>(&node.op)) {
    const std::int64_t pixels = node.shape.at(2) * node.shape.at(3);
    return pixels * static_cast<std::int64_t>(conv->weights.size());
  }
  if (const auto* linear = std::get_if<Linear>(&node.op)) {
    return static_cast<std::int64_t>(linear->weights.size());
  }
  return 0;
}

std::int64_t parameter_count(const Node& node) {
  if (const auto* conv = std::get_if<Conv>(&node.op)) {
    return static_cast<std::int64_t>(conv->weights.size() + conv->bias.size());
  }
  if (const auto* linear = std::get_if<Linear>(&node.op)) {
    return static_cast<std::int64_t>(linear->weights.size() + linear->bias.size());
  }
  return 0;
}

}  // namespace vqrom::model
