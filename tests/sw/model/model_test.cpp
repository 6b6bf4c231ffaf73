// SPDX-License-Identifier: Apache-2.0
// model_test — names and counts of nodes.
#include "sw/model/model.h"

#include <gtest/gtest.h>

namespace vqrom::model {
namespace {

TEST(OpName, IsTheAlternativeOfTheVariant) {
  EXPECT_EQ(op_name(Input{}), "Input");
  EXPECT_EQ(op_name(Clamp{}), "Clamp");
  EXPECT_EQ(op_name(AveragePool{}), "AveragePool");
  EXPECT_EQ(op_name(Softmax{}), "Softmax");
}

TEST(Counts, OfAConvolutionGrowWithPixelsAndShrinkWithGroups) {
  Conv conv;
  conv.out_channels = 6;
  conv.in_channels = 4;
  conv.groups = 2;
  conv.window.kernel = {3, 3};
  conv.weights.resize(6 * 2 * 9);
  conv.bias.resize(6);
  const Node node{"conv", conv, {0}, {1, 6, 5, 7}};
  EXPECT_EQ(mac_count(node), 6 * 2 * 9 * 5 * 7);
  EXPECT_EQ(parameter_count(node), 6 * 2 * 9 + 6);
}

TEST(Counts, OfALinearLayerAreItsWeightsAndBias) {
  Linear linear;
  linear.out_features = 3;
  linear.in_features = 5;
  linear.weights.resize(15);
  linear.bias.resize(3);
  const Node node{"fc", linear, {0}, {1, 3}};
  EXPECT_EQ(mac_count(node), 15);
  EXPECT_EQ(parameter_count(node), 18);
}

TEST(Counts, OfANodeWithoutWeightsAreZero) {
  const Node node{"add", Add{}, {0, 1}, {1, 8, 4, 4}};
  EXPECT_EQ(mac_count(node), 0);
  EXPECT_EQ(parameter_count(node), 0);
}

}  // namespace
}  // namespace vqrom::model
