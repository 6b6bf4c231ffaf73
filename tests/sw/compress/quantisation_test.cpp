// SPDX-License-Identifier: Apache-2.0
// quantisation_test — ranges from what was seen, shared where codes only move.
#include "sw/compress/quantisation.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/random.h"

namespace vqrom::compress {
namespace {

using ::testing::ElementsAre;

std::vector<float> normal_values(std::uint64_t seed, int count) {
  base::Random random(seed);
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(random.normal()));
  return values;
}

Histogram histogram_of(const std::vector<float>& values) {
  Histogram histogram;
  EXPECT_TRUE(histogram.add(values));
  return histogram;
}

std::vector<std::pair<double, double>> content(const Histogram& histogram) {
  std::vector<std::pair<double, double>> bins;
  for (const Histogram::Bin& bin : histogram.bins()) bins.emplace_back(bin.center, bin.count);
  return bins;
}

Quantisation chosen_for(const std::vector<float>& values) {
  return choose_quantisation(histogram_of(values), Clipping::kLeastError);
}

double squared_error(const std::vector<float>& values, const Quantisation& quantisation) {
  double error = 0.0;
  for (const float value : values) {
    const double code = std::clamp(
        std::nearbyint(value / quantisation.scale) + quantisation.zero_point, -128.0, 127.0);
    error += std::pow(value - quantisation.scale * (code - quantisation.zero_point), 2);
  }
  return error;
}

TEST(TableOf, RoundsEachCodesValueOnceHalfToEven) {
  // Leaky by a half: codes -128 … 127 stand for -64 … 63.5 in steps of a half, codes out for 0.25.
  const QTable table = table_of({model::CurveKind::kLeakyRelu, 0.5F}, {0.5, 0}, {0.5, 3});
  const auto at = [&](int code) { return int{table.values[static_cast<std::size_t>(code + 128)]}; };
  EXPECT_EQ(at(0), 3);
  EXPECT_EQ(at(10), 13);
  EXPECT_EQ(at(-4), 1);
  EXPECT_EQ(at(-1), 3);  // -0.5 goes to 0
  EXPECT_EQ(at(-3), 1);  // -1.5 goes to -2
  EXPECT_EQ(at(-128), -61);
  EXPECT_EQ(at(126), 127);  // and stays there
}

TEST(TableOf, SpendsItsCodesOnTheCurve) {
  const QTable table = table_of({model::CurveKind::kSigmoid}, {0.1, -28}, {1.0 / 255, -128});
  for (int code = -128; code <= 127; ++code) {
    const double exact = 255.0 / (1.0 + std::exp(-0.1 * (code + 28))) - 128.0;
    EXPECT_NEAR(table.values[static_cast<std::size_t>(code + 128)], exact, 0.5);
  }
}

TEST(Histogram, DoesNotDependOnOrderOrParts) {
  std::vector<float> values = normal_values(1, 1000);
  values.push_back(1234.5F);
  values.push_back(-1e-9F);
  const Histogram whole = histogram_of(values);
  Histogram parts;
  for (std::size_t i = values.size(); i-- > 0;) parts.merge(histogram_of({values[i]}));
  EXPECT_EQ(content(parts), content(whole));
  EXPECT_EQ(whole.largest(), 1234.5F);
  EXPECT_EQ(parts.smallest(), whole.smallest());
}

TEST(Histogram, CountsEachValueNearIt) {
  // 1000 needs bins of 1/2 (2048 of them reach 1024); zeros are left out.
  EXPECT_THAT(content(histogram_of({1000.0F, -3.0F, 0.0F, -3.0F})),
              ElementsAre(std::pair(-2.75, 2.0), std::pair(1000.25, 1.0)));
}

TEST(Histogram, RefusesWhatIsNotFinite) {
  Histogram histogram;
  EXPECT_FALSE(histogram.add(std::vector{1.0F, std::nanf("")}));
  EXPECT_FALSE(histogram.add(std::vector{-std::numeric_limits<float>::infinity(), 1.0F}));
  EXPECT_TRUE(histogram.empty());
}

TEST(Quantisation, SpendsAllCodesOfAReluOnPositiveValues) {
  std::vector<float> values = normal_values(2, 1000);
  for (float& value : values) value = std::max(value, 0.0F);
  EXPECT_EQ(chosen_for(values).zero_point, -128);
  for (float& value : values) value = -value;
  EXPECT_EQ(chosen_for(values).zero_point, 127);
}

TEST(Quantisation, ClipsAnOutlierAndBeatsEveryOtherRange) {
  std::vector<float> values = normal_values(3, 400'000);
  values.push_back(12.0F);
  const Quantisation chosen = chosen_for(values);
  const double error = squared_error(values, chosen);
  EXPECT_LT(chosen.scale * 255.0, 13.0);
  for (double high = 3.0; high <= 12.0; high += 1.0) {
    const double scale = (high + 4.5) / 255.0;
    const Quantisation other{scale,
                             static_cast<std::int32_t>(std::nearbyint(-128.0 + 4.5 / scale))};
    EXPECT_LT(error, 1.02 * squared_error(values, other)) << "up to " << high;
  }
}

TEST(Quantisation, KeepsTheLargestValueWhereClippingIsOff) {
  std::vector<float> values = normal_values(3, 400'000);
  values.push_back(12.0F);
  const Quantisation chosen = choose_quantisation(histogram_of(values), Clipping::kNone);
  EXPECT_NEAR(chosen.scale * (127 - chosen.zero_point), 12.0, chosen.scale);
}

TEST(Quantisation, GivesZeroACodeEvenWhereAllValuesAreNegativeOrNoneCame) {
  EXPECT_EQ(chosen_for({-5.0F, -4.0F}).zero_point, 127);
  EXPECT_EQ(choose_quantisation(Histogram(), Clipping::kLeastError).scale, 1.0);
  EXPECT_EQ(chosen_for({0.0F}).scale, 1.0);
}

// in -> a -> pool -+-> concat -> out;  in -> b -+;  a -> clamp
model::Model sharing_model() {
  model::Model model;
  const model::Shape map{1, 2, 4, 4};
  model::Conv conv;
  conv.in_channels = conv.out_channels = 2;
  conv.weights = {1, 0, 0, 1};
  conv.bias = {0, 0};
  model.nodes = {{"in", model::Input{}, {}, map},
                 {"a", conv, {0}, map},
                 {"pool", model::MaxPool{}, {1}, map},
                 {"b", conv, {0}, map},
                 {"concat", model::Concat{}, {2, 3}, {1, 4, 4, 4}},
                 {"clamped", conv, {0}, map},
                 {"clamp", model::Clamp{{0.0F, 1.0F}}, {5}, map}};
  model.output = 4;
  return model;
}

TEST(Quantisation, IsSharedThroughPoolsAndConcatenations) {
  EXPECT_THAT(sharing_groups(sharing_model()), ElementsAre(0, 1, 1, 1, 1, 5, 5));
}

TEST(Quantisation, CountsWhatLeavesAClampNotWhatEnters) {
  const model::Model model = sharing_model();
  Calibration calibration;
  calibration.histograms.resize(model.nodes.size());
  ASSERT_TRUE(calibration.histograms[1].add(std::vector{-1.0F}));
  ASSERT_TRUE(calibration.histograms[3].add(std::vector{3.0F}));
  ASSERT_TRUE(calibration.histograms[5].add(std::vector{-100.0F, 100.0F}));
  ASSERT_TRUE(calibration.histograms[6].add(std::vector{0.0F, 1.0F}));
  const std::vector<Quantisation> chosen = choose_quantisations(model, calibration);
  EXPECT_NEAR(chosen[4].scale, 4.0 / 255.0, 1e-3);
  EXPECT_EQ(chosen[1], chosen[3]);
  EXPECT_NEAR(chosen[5].scale, 1.0 / 255.0, 1e-4);
}

TEST(Quantisation, TurnsActivationsIntoCodes) {
  const Quantisation quantisation{0.05, -100};
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(code_range({-infinity, infinity}, quantisation), (CodeRange{-128, 127}));
  EXPECT_EQ(code_range({0.0F, infinity}, quantisation), (CodeRange{-100, 127}));
  EXPECT_EQ(code_range({0.0F, 6.0F}, quantisation), (CodeRange{-100, 20}));
}

}  // namespace
}  // namespace vqrom::compress
