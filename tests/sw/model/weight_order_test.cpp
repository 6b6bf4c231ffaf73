// SPDX-License-Identifier: Apache-2.0
// weight_order_test — weights come out channel-last, through Flatten too.
#include "sw/model/weight_order.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"

namespace vqrom::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<float> counting(std::size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0F);
  return values;
}

// Input {1, 2, 1, 3} -> Reshape {1, 6} -> Clamp -> Linear with 2 outputs.
Model flattened_model() {
  Linear linear;
  linear.out_features = 2;
  linear.in_features = 6;
  linear.weights = counting(12);
  Model model;
  model.name = "net";
  model.nodes = {{"input", Input{}, {}, {1, 2, 1, 3}},
                 {"flatten", Reshape{}, {0}, {1, 6}},
                 {"relu", Clamp{}, {1}, {1, 6}},
                 {"fc", linear, {2}, {1, 2}}};
  model.output = 3;
  return model;
}

TEST(HardwareOrderWeights, MovesInputChannelsOfAConvolutionLast) {
  Conv conv;
  conv.out_channels = 2;
  conv.in_channels = 4;
  conv.groups = 2;
  conv.window.kernel = {1, 3};
  conv.weights = counting(12);  // [2][2][1][3]
  Model model;
  model.nodes = {{"input", Input{}, {}, {1, 4, 3, 3}}, {"conv", conv, {0}, {1, 2, 3, 1}}};
  EXPECT_THAT(hardware_order_weights(model, model.nodes[1]),
              ElementsAre(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11));
}

TEST(HardwareOrderWeights, PermutesColumnsBehindAFlatten) {
  const Model model = flattened_model();
  EXPECT_THAT(hardware_order_weights(model, model.nodes[3]),
              ElementsAre(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11));
}

TEST(HardwareOrderWeights, KeepsColumnsBehindALinearLayer) {
  Model model = flattened_model();
  Linear head;
  head.out_features = 1;
  head.in_features = 2;
  head.weights = {5.0F, 7.0F};
  model.nodes.push_back({"head", head, {3}, {1, 1}});
  EXPECT_THAT(hardware_order_weights(model, model.nodes[4]), ElementsAre(5, 7));
}

TEST(HardwareOrder, ConcatenatesFlattenedMapsEachInItsOwnOrder) {
  Model model = flattened_model();
  model.nodes[3] = {"concat", Concat{}, {1, 2}, {1, 12}};
  EXPECT_THAT(hardware_order(model, model.nodes[3]),
              ElementsAre(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11));
}

TEST(HardwareOrder, RefusesASumOfFeaturesInDifferentOrders) {
  Model model = flattened_model();
  model.nodes.push_back({"other", Input{}, {}, {1, 6}});
  model.nodes.push_back({"sum", Add{}, {2, 4}, {1, 6}});
  try {
    (void)hardware_order(model, model.nodes[5]);
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("error[model.order]: net: node 'sum' mixes features"));
  }
}

TEST(HardwareOrder, RefusesASliceOfAFlattenedMap) {
  Model model = flattened_model();
  model.nodes[3] = {"slice", Slice{{0}, {3}, {1}}, {2}, {1, 3}};
  EXPECT_THROW((void)hardware_order(model, model.nodes[3]), base::UserError);
}

}  // namespace
}  // namespace vqrom::model
