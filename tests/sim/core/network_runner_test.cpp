// SPDX-License-Identifier: Apache-2.0
#include "sim/core/network_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/run_report.h"
#include "sw/base/error.h"
#include "tests/sim/random_layer.h"

namespace vqrom::sim {
namespace {

using testing::HasSubstr;

TEST(CompareCodes, FindsTheFirstWrongCodeAndCountsAll) {
  const compress::MapShape shape{3, 4, 2};
  std::vector<std::int8_t> expected(24);
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::int8_t>(i);
  std::vector<std::int8_t> got = expected;
  EXPECT_FALSE(compare_codes(shape, expected, got).has_value());
  got[13] = -5;  // y 1, x 2, channel 1
  got[22] = 99;
  const auto found = compare_codes(shape, expected, got);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->y, 1);
  EXPECT_EQ(found->x, 2);
  EXPECT_EQ(found->channel, 1);
  EXPECT_EQ(found->wrong, 2);
  LayerResult result;
  result.task.name = "conv1";
  result.task.out_shape = shape;
  result.mismatch = found;
  EXPECT_EQ(mismatch_text(result),
            "conv1: 2 of 24 codes differ from the reference; the first is y 1, x 2, channel 1: "
            "expected 13, got -5\n"
            "channel 1 around it (expected|got where they differ):\n"
            "                 x 0       x 1       x 2       x 3\n"
            "       y 0         1         3         5         7\n"
            "       y 1         9        11     13|-5        15\n"
            "       y 2        17        19        21        23\n");
}

TEST(FindLayers, RefusesANameThatTheNetworkDoesNotHave) {
  const RandomLayer layer =
      random_layer(1, random_codebook(1, 8, 2, 8), compress::WeightStore::kDense, 3);
  EXPECT_EQ(find_layers(layer.network, {}), std::vector<int>{1});
  EXPECT_EQ(find_layers(layer.network, {"layer"}), std::vector<int>{1});
  try {
    (void)find_layers(layer.network, {"layer", "input"});
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "error[simulate.layer]: random: has no convolution or linear layer 'input'; it "
                 "has layer");
  }
}

TEST(RunJson, HoldsCountersOfLayersThatRanAndReasonsOfTheOthers) {
  const compress::QConv conv;
  RunReport report{"net", std::string(64, 'a'), "verilator", 3, 7, {}};
  report.layers.resize(2);
  report.layers[0].task = {"conv1", &conv, {1, 1, 2}, {1, 1, 4}, 0, 0};
  report.layers[0].status = LayerStatus::kEqual;
  report.layers[0].counters.cycles = 10;
  report.layers[0].counters.macs_used = 80;
  report.layers[1].task = {"conv2", &conv, {1, 1, 4}, {1, 1, 4}, 0, 0};
  report.layers[1].reason = "no way";
  Bundle bundle;
  bundle.config = config::find_config("tiny");
  const base::Json json = run_json(report, bundle);
  EXPECT_EQ(json["format"], "vqrom-run-1");
  EXPECT_EQ(json["stall_seed"], 7);
  EXPECT_EQ(json["layers"][0]["status"], "equal");
  EXPECT_EQ(json["layers"][0]["counters"]["cycles"], 10);
  EXPECT_EQ(json["layers"][0]["counters"]["utilisation"], 0.5);
  EXPECT_EQ(json["layers"][1]["reason"], "no way");
  EXPECT_FALSE(json["layers"][1].contains("counters"));
  EXPECT_EQ(json["total"]["macs_used"], 80);
  EXPECT_EQ(json["all_equal"], true);
  EXPECT_THAT(run_table(report, bundle), HasSubstr("not run: no way"));
  report.layers[0].status = LayerStatus::kMismatch;
  EXPECT_EQ(run_json(report, bundle)["all_equal"], false);
}

}  // namespace
}  // namespace vqrom::sim
