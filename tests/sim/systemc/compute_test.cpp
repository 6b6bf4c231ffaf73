// SPDX-License-Identifier: Apache-2.0
// compute_test — the SystemC vq_compute and the Verilated RTL in lockstep, buffers in the bench.
#include <gtest/gtest.h>

#include "sim/core/lockstep.h"
#include "sim/systemc/block_models.h"
#include "sim/verilator/model_build.h"
#include "sim/verilator/verilated_model.h"
#include "tests/sim/compute_bench.h"
#include "tests/sim/random_run.h"

namespace vqrom::sim {
namespace {

// Addresses and data mean something beside their enable only.
LockstepRules rules() {
  LockstepRules rules{{},
                      {{"run_ready_o", "run_valid_i"},
                       {"out_wr_data_o", "out_wr_en_o"},
                       {"out_wr_addr_o", "out_wr_en_o"}}};
  for (const std::string buffer : {"act", "wgt", "param", "window"}) {
    rules.payloads.push_back({buffer + "_rd_addr_o", buffer + "_rd_en_o"});
  }
  return rules;
}

// Random sequences of RUNs of all kinds, back to back and with pauses. What a RUN has read is
// overwritten as soon as it says so.
void run(const std::string& name, const config::AcceleratorConfig& config, int entries,
         int dimension, int element_bits, int sequences, int runs) {
  const ComputeDesign design(name, config, entries, dimension, element_bits);
  VerilatedModel rtl(build_model({.top = "vq_compute", .sources = design.sources()}));
  ComputeModel systemc(design.config(), design.codebook());
  Lockstep both(rtl, systemc, {"vq_compute", "RTL", "SystemC", ""}, rules());
  ComputeBench bench(both, design.config());
  bench.reset();
  for (int seed = 1; seed <= sequences; ++seed) {
    SCOPED_TRACE(fmt::format("sequence {}", seed));
    RandomRuns random(design.config(), static_cast<std::uint64_t>(seed));
    const std::vector<RandomRun> sequence = random.sequence(runs);
    std::vector<RunTask> tasks;
    for (const RandomRun& each : sequence) tasks.push_back(each.task);
    random.fill(bench.buffers);
    bench.load_tables();
    if (seed == 1 && design.config().loads_codebook()) bench.load_codebook(design.codebook());
    bench.on_read = [&](std::size_t run) { random.scramble(sequence[run], bench.buffers); };
    const auto stalls = static_cast<std::uint64_t>(seed);
    bench.carry_out(tasks, seed % 2 == 0 ? StallPattern::random(stalls) : StallPattern());
    bench.idle(50);
    EXPECT_EQ(bench.done_cycles().size(), tasks.size());
    if (design.config().is_banked()) {
      EXPECT_GT(bench.events().decode_conflict, 0);
    }
  }
}

TEST(ComputeLockstep, EqualsTheRtlOnTiny) {
  run("systemc_compute_a", config::find_config("tiny"), 16, 4, 8, 40, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithMoreRowsThanColumns) {
  config::AcceleratorConfig config = config::find_config("small");
  config.array.rows = 16;
  config.requantise.lanes = 4;
  config.bus.data_bits = 32;
  config.array.product_register = true;
  config.accumulator.depth = 20;
  run("systemc_compute_b", config, 64, 8, 8, 20, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithoutADenseBypass) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.array.columns = 8;
  config.requantise.lanes = 4;
  config.array.dense_bypass = false;
  run("systemc_compute_c", config, 16, 4, 6, 20, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithSeveralIndexWidths) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.codebook.index_bits = {6, 4, 3};
  run("systemc_compute_e", config, 50, 2, 8, 30, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithSeveralIndexWidthsAndNoDenseBypass) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.array.columns = 8;
  config.requantise.lanes = 4;
  config.array.dense_bypass = false;
  config.codebook.read_ports = 2;
  config.codebook.index_bits = {6, 5, 1};
  run("systemc_compute_f", config, 64, 4, 6, 30, 12);
}

// Banks: a beat waits while codewords of one bank are read one after the other.
TEST(ComputeLockstep, EqualsTheRtlWithMoreBanksThanPorts) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.codebook.read_ports = 4;
  config.codebook.ports_by = config::PortsBy::kBanking;
  config.codebook.banks = 8;
  run("systemc_compute_g", config, 19, 1, 5, 30, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithBanksOfRegistersAndNoDenseBypass) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.array.columns = 8;
  config.requantise.lanes = 4;
  config.array.dense_bypass = false;
  config.codebook.read_ports = 4;
  config.codebook.ports_by = config::PortsBy::kBanking;
  config.codebook.storage = config::Storage::kRegisters;
  run("systemc_compute_h", config, 32, 2, 6, 30, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithBanksOfRamsAndSeveralIndexWidths) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.codebook.read_ports = 2;
  config.codebook.ports_by = config::PortsBy::kBanking;
  config.codebook.storage = config::Storage::kSram;
  config.codebook.index_bits = {6, 4, 3};
  run("systemc_compute_i", config, 64, 2, 8, 30, 12);
}

TEST(ComputeLockstep, EqualsTheRtlWithALoadedCodebook) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.codebook.storage = config::Storage::kSram;
  run("systemc_compute_j", config, 16, 4, 8, 20, 12);
}

TEST(ComputeLockstep, EqualsTheRtlOnLarge) {
  run("systemc_compute_d", config::find_config("large"), 256, 8, 8, 3, 10);
}

}  // namespace
}  // namespace vqrom::sim
