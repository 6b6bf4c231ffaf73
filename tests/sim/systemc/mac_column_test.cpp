// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "tests/sim/systemc/lockstep_bench.h"

namespace vqrom::sim {
namespace {

const std::vector<MacColumnParameters> kCases{
    {1, 8, 8, 16, false}, {16, 8, 8, 20, false}, {16, 8, 5, 17, true}};

VerilogDesign design(const MacColumnParameters& p, const std::filesystem::path& source) {
  return {.top = "vq_mac_column",
          .sources = {source},
          .parameters = {{"ROWS", std::to_string(p.rows)},
                         {"ACT_W", std::to_string(p.act_width)},
                         {"WGT_W", std::to_string(p.weight_width)},
                         {"SUM_W", std::to_string(p.sum_width)},
                         {"PRODUCT_REG", p.product_register ? "1" : "0"}}};
}

// The column has no handshake: a stalled array shows it the same activations again, and weights
// change while the activations of the next tile already wait.
void run(CycleModel& model, std::uint64_t seed, int cycles) {
  base::Random random(seed);
  StallPattern act_stalls = StallPattern::random(2 * seed);
  StallPattern weight_stalls = StallPattern::random(2 * seed + 1);
  for (int cycle = 0; cycle < cycles; ++cycle) {
    if (!act_stalls.next() || cycle == 0) randomise(model, {"act_i"}, random);
    if (!weight_stalls.next() || cycle == 0) randomise(model, {"weights_i"}, random);
    model.settle();
    model.clock_edge();
  }
}

// Every value at its most negative: the largest sum of all.
void run_extremes(CycleModel& model, const MacColumnParameters& p) {
  const auto fill = [&](const char* port, int width) {
    Bits bits(p.rows * width);
    for (int row = 0; row < p.rows; ++row) bits.set(row * width, width, 1U << (width - 1));
    std::ranges::copy(bits.bytes(), model.value(model.port(port)).begin());
  };
  fill("act_i", p.act_width);
  fill("weights_i", p.weight_width);
  for (int cycle = 0; cycle < 4; ++cycle) {
    model.settle();
    model.clock_edge();
  }
  Bits sum(p.sum_width);
  std::ranges::copy(model.value(model.port("sum_o")), sum.bytes().begin());
  EXPECT_EQ(sum.get_signed(0, p.sum_width), p.rows << (p.act_width - 1) << (p.weight_width - 1));
}

class MacColumn : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const MacColumnParameters& each : kCases) {
      models_.push_back(std::make_unique<MacColumnModel>(each));
    }
    spare_ = std::make_unique<MacColumnModel>(kCases[1]);
  }
  static inline std::vector<std::unique_ptr<MacColumnModel>> models_;
  static inline std::unique_ptr<MacColumnModel> spare_;
};

TEST_F(MacColumn, EqualsTheRtlInEveryCycleUnderRandomStalls) {
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    const std::string block = fmt::format("vq_mac_column of {} rows", kCases[i].rows);
    RtlBlock rtl(design(kCases[i], leaf_file("compute/vq_mac_column.v")));
    Lockstep both(*models_[i], rtl.model(), RtlBlock::labels(block));
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      SCOPED_TRACE(fmt::format("{}, seed {}", block, seed));
      run(both, seed, 500);
    }
    run_extremes(both, kCases[i]);
  }
}

// The same bench on RTL that takes the activations of row 0 for all rows.
TEST_F(MacColumn, LockstepFindsAFaultInTheRtl) {
  const FaultyVerilog faulty(leaf_file("compute/vq_mac_column.v"),
                             "act    = act_i[r*ACT_W +: ACT_W];", "act    = act_i[0 +: ACT_W];");
  RtlBlock rtl(design(kCases[1], faulty.file()));
  Lockstep both(*spare_, rtl.model(), RtlBlock::labels("vq_mac_column"));
  try {
    run(both, 1, 500);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    EXPECT_EQ(mismatch.port(), "sum_o") << mismatch.what();
    EXPECT_EQ(mismatch.cycle(), 1) << mismatch.what();
  }
}

}  // namespace
}  // namespace vqrom::sim
