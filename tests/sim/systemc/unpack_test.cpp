// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "sw/base/checked.h"
#include "tests/sim/systemc/lockstep_bench.h"

namespace vqrom::sim {
namespace {

struct Case {
  UnpackParameters parameters;
  int unit;
};
// Beats narrower than a word, beats that straddle words, beats wider than a word.
const std::vector<Case> kCases{{{32, 4, 16}, 4}, {{64, 18, 11}, 2}, {{32, 72, 5}, 8}};

VerilogDesign design(const Case& each, const std::filesystem::path& source) {
  const UnpackParameters& p = each.parameters;
  const int fill =
      base::ceil_log2(static_cast<std::uint64_t>((p.in_width + p.out_width) / each.unit));
  return {.top = "vq_unpack",
          .sources = {source},
          .parameters = {
              {"IN_W", std::to_string(p.in_width)},
              {"OUT_W", std::to_string(p.out_width)},
              {"UNIT", std::to_string(each.unit)},
              {"FILL_W", std::to_string(fill)},
              {"BEATS", std::to_string(p.beats)},
              {"BEAT_W",
               std::to_string(std::max(1, base::ceil_log2(static_cast<std::uint64_t>(p.beats))))}}};
}

// SystemC elaborates once a process, so all models are made before the first test runs.
class Unpack : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const Case& each : kCases) {
      models_.push_back(std::make_unique<UnpackModel>(each.parameters));
    }
    spare_ = std::make_unique<UnpackModel>(kCases[0].parameters);
  }
  static inline std::vector<std::unique_ptr<UnpackModel>> models_;
  static inline std::unique_ptr<UnpackModel> spare_;
};

TEST_F(Unpack, EqualsTheRtlInEveryCycleUnderRandomStalls) {
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    RtlBlock rtl(design(kCases[i], leaf_file("decode/vq_unpack.v")));
    const std::string block = fmt::format("vq_unpack {} to {} bits", kCases[i].parameters.in_width,
                                          kCases[i].parameters.out_width);
    Lockstep both(*models_[i], rtl.model(), RtlBlock::labels(block));
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      SCOPED_TRACE(fmt::format("{}, seed {}", block, seed));
      const Traffic traffic = run_traffic(both, {"data_i"}, {"data_o", "last_o"}, seed,
                                          static_cast<Pace>(seed % 4), 1000);
      EXPECT_GT(traffic.received, 100);
    }
  }
}

// The same bench on RTL with a fault: a beat too many in each tile.
TEST_F(Unpack, LockstepFindsAFaultInTheRtl) {
  const FaultyVerilog faulty(leaf_file("decode/vq_unpack.v"), "localparam LAST       = BEATS - 1;",
                             "localparam LAST       = BEATS - 2;");
  RtlBlock rtl(design(kCases[0], faulty.file()));
  Lockstep both(*spare_, rtl.model(), RtlBlock::labels("vq_unpack"));
  try {
    run_traffic(both, {"data_i"}, {"data_o", "last_o"}, 4, Pace::kBackToBack, 1000);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    // Two cycles of reset; the first word is taken in cycle 2; beats 0 … 14 in cycles 3 … 17. With
    // the last beat the tile's rest is dropped, so a new word is welcome.
    EXPECT_EQ(mismatch.port(), "ready_o") << mismatch.what();
    EXPECT_EQ(mismatch.cycle(), 17) << mismatch.what();
  }
}

}  // namespace
}  // namespace vqrom::sim
