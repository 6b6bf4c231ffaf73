// SPDX-License-Identifier: Apache-2.0
// importing — what the tests of the importer share: parse a net, look at the model, run it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include "sw/model/model.h"
#include "tests/sw/model/onnx_net.h"

namespace vqrom::model {

[[nodiscard]] Model parse(OnnxNet& net, const std::string& output = "y");

// "Input", "Conv", … of each node.
[[nodiscard]] std::vector<std::string> operators(const Model& model);

// The operator of the last node.
template <typename T>
const T& last(const Model& model) {
  return std::get<T>(model.nodes.back().op);
}

// The outputs for seeded inputs: numbers(count, kInputSeed).
inline constexpr std::uint64_t kInputSeed = 9;
[[nodiscard]] std::vector<float> run(const Model& model);

// Equal but for float rounding.
[[nodiscard]] inline auto near(const std::vector<float>& expected) {
  return ::testing::Pointwise(::testing::FloatNear(1e-5F), expected);
}

// x {1, 2, 5, 5} -> Conv 3x3 with 3 channels -> "c".
[[nodiscard]] OnnxNet convolution_net();

}  // namespace vqrom::model
