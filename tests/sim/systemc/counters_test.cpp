// SPDX-License-Identifier: Apache-2.0
// counters_test — the SystemC vq_counters and the RTL in lockstep, read while they count.
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "tests/sim/systemc/lockstep_bench.h"

namespace vqrom::sim {
namespace {

VerilogDesign design(const std::filesystem::path& source) {
  return {.top = "vq_counters",
          .sources = {source},
          .parameters = {{"EVENTS", std::to_string(kEvents)}, {"INDEX_W", "5"}}};
}

// Random events, most of them while busy; programs of a few hundred cycles; a read in every other
// cycle, past the last counter too.
void run(CycleModel& model, std::uint64_t seed, int cycles) {
  base::Random random(seed);
  const auto set = [&](const char* port, bool on) {
    model.value(model.port(port))[0] = on ? 1 : 0;
  };
  for (int cycle = 0; cycle < cycles; ++cycle) {
    randomise(model, {"event_i", "rd_index_i"}, random);
    if (random.below(4) != 0) model.value(model.port("event_i"))[0] |= 1;
    set("rst_n", cycle >= 2);
    set("clear_i", random.below(300) == 0);
    set("rd_en_i", random.below(2) == 0);
    model.settle();
    model.clock_edge();
  }
}

// SystemC elaborates once a process, so both models are made before the first test runs.
class Counters : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = std::make_unique<CountersModel>();
    spare_ = std::make_unique<CountersModel>();
  }
  static inline std::unique_ptr<CountersModel> model_;
  static inline std::unique_ptr<CountersModel> spare_;
};

TEST_F(Counters, EqualsTheRtlInEveryCycle) {
  RtlBlock rtl(design(leaf_file("control/vq_counters.v")));
  Lockstep both(*model_, rtl.model(), RtlBlock::labels("vq_counters"));
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    run(both, seed, 2000);
  }
}

// The same bench on RTL that also counts in the cycle in which a program starts.
TEST_F(Counters, LockstepFindsAFaultInTheRtl) {
  const FaultyVerilog faulty(leaf_file("control/vq_counters.v"), "event_i[0] && !clear_i",
                             "event_i[0]");
  RtlBlock rtl(design(faulty.file()));
  Lockstep both(*spare_, rtl.model(), RtlBlock::labels("vq_counters"));
  try {
    run(both, 1, 2000);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    EXPECT_EQ(mismatch.port(), "event_o") << mismatch.what();
  }
}

}  // namespace
}  // namespace vqrom::sim
