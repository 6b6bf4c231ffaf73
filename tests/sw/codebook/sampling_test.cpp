// SPDX-License-Identifier: Apache-2.0
// sampling_test — which weights become sub-vectors, and that networks are sampled equally.
#include "sw/codebook/sampling.h"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/codebook/layers.h"

namespace vqrom::codebook {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<float> constant(std::int64_t count, float value) {
  return std::vector<float>(static_cast<std::size_t>(count), value);
}

model::Node convolution(std::string name, std::int64_t out, std::int64_t in, std::int64_t groups,
                        int input) {
  model::Conv conv;
  conv.out_channels = out;
  conv.in_channels = in;
  conv.groups = groups;
  conv.weights = constant(out * in / groups, 2.0F);
  return {std::move(name), conv, {input}, {1, out, 1, 1}};
}

// A stem of 3 input channels, a depthwise and a pointwise layer, 4 channels in 2 groups, a
// classifier.
model::Model small_model() {
  model::Linear linear;
  linear.in_features = 4;
  linear.out_features = 2;
  linear.weights = {1, 2, 3, 4, 0, 0, 0, 0};
  model::Model model;
  model.name = "net";
  model.nodes = {{"input", model::Input{}, {}, {1, 3, 1, 1}},
                 convolution("stem", 4, 3, 1, 0),
                 convolution("depthwise", 4, 4, 4, 1),
                 convolution("pointwise", 4, 4, 1, 2),
                 convolution("grouped", 4, 4, 2, 3),
                 {"flatten", model::Reshape{}, {4}, {1, 4}},
                 {"fc", linear, {5}, {1, 2}}};
  model.output = 6;
  return model;
}

std::vector<std::string> names(const model::Model& model, const std::vector<int>& layers) {
  std::vector<std::string> found;
  for (const int layer : layers) found.push_back(model.nodes[layer].name);
  return found;
}

TEST(CodebookLayers, LeavesOutDepthwiseAndNarrowGroups) {
  const model::Model model = small_model();
  EXPECT_THAT(names(model, codebook_layers(model, 2, {})),
              ElementsAre("stem", "pointwise", "grouped", "fc"));
  EXPECT_THAT(names(model, codebook_layers(model, 4, {})), ElementsAre("stem", "pointwise", "fc"));
  EXPECT_THAT(names(model, codebook_layers(model, 1, {})),
              ElementsAre("stem", "pointwise", "grouped", "fc"));
}

TEST(CodebookLayers, LeavesOutFirstLastAndNamedDenseLayers) {
  const model::Model model = small_model();
  const std::vector<std::string> dense{"first", "last", "grouped"};
  EXPECT_THAT(names(model, dense_layers(model, dense)), ElementsAre("stem", "grouped", "fc"));
  EXPECT_THAT(names(model, codebook_layers(model, 2, dense)), ElementsAre("pointwise"));
}

TEST(CheckDenseNames, NamesTheLayersThatThereAre) {
  const std::vector<std::string> known{"stem", "fc"};
  const std::vector<std::string> dense{"first", "fc", "head"};
  try {
    check_dense_names(known, dense);
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(
        error.what(),
        "error[codebook.dense]: --dense: no layer is called 'head'; must be first, last or "
        "one of stem, fc");
  }
}

TEST(CutNetwork, NormalisesOutputChannelsAndSkipsZerosAndTails) {
  const NetworkVectors cut = cut_network(small_model(), 2, {});
  EXPECT_EQ(cut.network, "net");
  EXPECT_THAT(cut.weight_layers, ElementsAre("stem", "depthwise", "pointwise", "grouped", "fc"));
  EXPECT_EQ(cut.layers, 4);
  EXPECT_EQ(cut.weights, 12 + 16 + 8 + 8);
  // stem: one pair of three channels; pointwise: two pairs; grouped: one; fc: one of two outputs.
  ASSERT_EQ(cut.count(2), 4 + 8 + 4 + 2);
  for (std::size_t i = 0; i < 32; ++i) EXPECT_FLOAT_EQ(cut.vectors[i], 1.0F);
  const float rms = std::sqrt(30.0F / 4.0F);
  for (int i = 0; i < 4; ++i) {
    EXPECT_FLOAT_EQ(cut.vectors[32 + static_cast<std::size_t>(i)], float(i + 1) / rms);
  }
}

TEST(CutNetwork, CutsAlongInputChannelsAtOneKernelPosition) {
  model::Conv conv;
  conv.out_channels = 1;
  conv.in_channels = 2;
  conv.window.kernel = {1, 2};
  conv.weights = {1, 2, 3, 4};  // [in][x]
  model::Model model;
  model.nodes = {{"input", model::Input{}, {}, {1, 2, 1, 2}}, {"conv", conv, {0}, {1, 1, 1, 1}}};
  const NetworkVectors cut = cut_network(model, 2, {});
  const float rms = std::sqrt(7.5F);
  EXPECT_THAT(cut.vectors,
              testing::Pointwise(testing::FloatEq(), {1 / rms, 3 / rms, 2 / rms, 4 / rms}));
}

TEST(CutNetwork, GivesNothingWhereNoLayerHasEnoughChannels) {
  const NetworkVectors cut = cut_network(small_model(), 8, {});
  EXPECT_THAT(cut.vectors, IsEmpty());
  EXPECT_EQ(cut.layers, 0);
}

TEST(CutNetwork, RefusesWeightsThatAreNotFinite) {
  model::Model model = small_model();
  std::get<model::Conv>(model.nodes[3].op).weights[5] = std::numeric_limits<float>::infinity();
  try {
    (void)cut_network(model, 4, {});
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "error[codebook.weights]: net: layer 'pointwise' has a weight that is not finite "
                 "in output channel 1");
  }
}

// How often each of the vectors 0 … 99 (d = 1) was taken.
std::map<float, int> times_taken(std::int64_t count, std::uint64_t seed) {
  std::vector<float> vectors(100);
  std::iota(vectors.begin(), vectors.end(), 0.0F);
  base::Random random(seed);
  std::map<float, int> times;
  for (const float value : sample_vectors(vectors, 1, count, random)) ++times[value];
  return times;
}

TEST(SampleVectors, TakesEachAtMostOnceIfThereAreEnough) {
  const auto times = times_taken(60, 1);
  EXPECT_EQ(times.size(), 60U);
  EXPECT_NE(times, times_taken(60, 2));
  EXPECT_EQ(times, times_taken(60, 1));
}

TEST(SampleVectors, RepeatsAllEquallyOftenIfThereAreTooFew) {
  const auto times = times_taken(250, 1);
  ASSERT_EQ(times.size(), 100U);
  int threefold = 0;
  for (const auto& [value, count] : times) {
    EXPECT_TRUE(count == 2 || count == 3) << count;
    threefold += count == 3 ? 1 : 0;
  }
  EXPECT_EQ(threefold, 50);
}

TEST(SampleVectors, KeepsSubVectorsWhole) {
  const std::vector<float> vectors{1, 2, 3, 4, 5, 6};
  base::Random random(1);
  const auto sample = sample_vectors(vectors, 3, 1, random);
  EXPECT_THAT(sample, testing::AnyOf(ElementsAre(1, 2, 3), ElementsAre(4, 5, 6)));
}

}  // namespace
}  // namespace vqrom::codebook
