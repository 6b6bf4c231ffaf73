// SPDX-License-Identifier: Apache-2.0
// architectures_test — the example networks fit codewords of eight and their size limit.
#include "sw/example/architectures.h"

#include <gtest/gtest.h>

namespace vqrom::example {
namespace {

class Architecture : public testing::TestWithParam<std::string> {};

TEST_P(Architecture, HasWholeCodewordsOfEightBehindTheFirstLayer) {
  int weight_layers = 0;
  for (const model::Node& node : make_architecture(GetParam()).nodes) {
    std::int64_t inputs = 0;
    if (const auto* conv = std::get_if<model::Conv>(&node.op)) inputs = conv->in_channels;
    if (const auto* linear = std::get_if<model::Linear>(&node.op)) inputs = linear->in_features;
    if (inputs == 0) continue;
    if (weight_layers++ > 0) {
      EXPECT_EQ(inputs % 8, 0) << node.name;
    }
  }
  EXPECT_GE(weight_layers, 5);
}

TEST_P(Architecture, HasAtMostSeventyThousandParameters) {
  std::int64_t parameters = 0;
  for (const model::Node& node : make_architecture(GetParam()).nodes) {
    parameters += model::parameter_count(node);
  }
  EXPECT_GT(parameters, 20'000);
  EXPECT_LE(parameters, 70'000);
}

INSTANTIATE_TEST_SUITE_P(Example, Architecture, testing::ValuesIn(architecture_names()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace vqrom::example
