// SPDX-License-Identifier: Apache-2.0
// lockstep_test — the timing engine beside the RTL: every port of vq_accelerator in every cycle.
#include "sim/core/lockstep.h"

#include <deque>

#include <gtest/gtest.h>

#include "sim/timing/timing_model.h"
#include "sim/verilator/bundle_design.h"
#include "sim/verilator/verilated_model.h"
#include "tests/sim/random_layer.h"
#include "tests/sim/timing/compiled_network.h"
#include "tests/sw/compiler/random_config.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {
namespace {

using compress::testing::random_network;
using vqrom::testing::error_message;

constexpr int kOperators = 8;

LockstepRules rules() {
  LockstepRules rules{{"mem_wdata_o"},
                      {{"csr_rdata_o", "csr_rvalid_o"}, {"mem_wlast_o", "mem_wvalid_o"}}};
  for (const std::string channel : {"mem_ar", "mem_aw"}) {
    for (const char* part : {"addr_o", "len_o", "id_o"}) {
      rules.payloads.push_back({channel + part, channel + "valid_o"});
    }
  }
  return rules;
}

// Registers of the RTL start with random bits, which only an edge of the reset clears.
void reset(CycleModel& rtl) {
  for (const bool level : {true, false}) {
    rtl.value(rtl.port("rst_n"))[0] = level ? 1 : 0;
    rtl.settle();
    rtl.clock_edge();
  }
}

AxiMemoryOptions memory_of(int seed) {
  AxiMemoryOptions memory;
  memory.read_latency_cycles = 1 + seed * 37 % 120;
  memory.write_latency_cycles = 1 + seed * 53 % 90;
  memory.outstanding = 1 + seed * 5 % 16;
  memory.cycles_per_word = seed % 5 == 4 ? 3 : 1;
  if (seed % 3 == 2) {
    memory.refresh_interval_cycles = 100 + seed * 71 % 300;
    memory.refresh_cycles = 1 + seed * 17 % 40;
  }
  memory.stall_seed = seed % 2 == 0 ? 0 : static_cast<std::uint64_t>(seed);
  return memory;
}

// Random networks beside each other in memory, one after the other, at several paces of memory.
void run(const std::string& name, const config::AcceleratorConfig& config, int entries,
         int dimension, int element_bits, std::uint64_t first_network, int networks, int memories) {
  const RandomBundle made(name, config, entries, dimension, element_bits);
  const Bundle& bundle = made.bundle();
  std::deque<CompiledNetwork> compiled;
  std::vector<ResidentProgram> residents;
  for (int i = 0; i < networks; ++i) {
    const std::uint64_t seed = first_network + static_cast<std::uint64_t>(i);
    compiled.emplace_back(random_network(seed, kOperators, made.codebook()).network, bundle,
                          made.codebook(), i % 3 == 2 ? 3 : 1);
    residents.push_back(compiled.back().resident(fmt::format("network {}", seed)));
  }
  const std::filesystem::path library = build_model(bundle_design(bundle));
  for (int seed = 0; seed < memories; ++seed) {
    SCOPED_TRACE(fmt::format("{}, memory {}", name, seed));
    VerilatedModel rtl(library, static_cast<std::uint32_t>(seed));
    reset(rtl);
    TimingModel timing(bundle);
    Lockstep both(rtl, timing, {"vq_accelerator", "RTL", "timing", ""}, rules());
    ProgramRunner runner(both, bundle, residents, memory_of(seed));
    for (std::size_t i = 0; i < compiled.size(); ++i) {
      const ProgramResult result =
          runner.run(i, compiled[i].inputs(static_cast<std::uint64_t>(seed) * 100 + i));
      ASSERT_EQ(error_message([&] {
                  if (result.stopped) std::rethrow_exception(result.stopped);
                }),
                "")
          << residents[i].place;
    }
  }
}

config::AcceleratorConfig accelerator(const std::string& name) {
  config::AcceleratorConfig config = config::find_config(name);
  config.top = config::Top::kAccelerator;
  return config;
}

TEST(TimingLockstep, EqualsTheRtlOn4x4) {
  run("timing_4x4", accelerator("tiny"), 32, 4, 8, 1, 5, 8);
}

// Buffers so small that every layer is cut, two ports, a product register, few bursts.
TEST(TimingLockstep, EqualsTheRtlOnSmallBuffers) {
  config::AcceleratorConfig config = accelerator("tiny");
  config.array.product_register = true;
  config.codebook.read_ports = 2;
  config.requantise.lanes = 2;
  config.accumulator.depth = 16;
  config.bus.burst_words = 4;
  config.bus.outstanding = 2;
  config.buffers = {.activation_vectors = 128,
                    .weight_words = 128,
                    .parameter_entries = 32,
                    .window_vectors = 32,
                    .output_vectors = 64};
  run("timing_buffers", config, 32, 2, 8, 11, 5, 8);
}

TEST(TimingLockstep, EqualsTheRtlOn8x16) {
  config::AcceleratorConfig config = accelerator("small");
  config.array.columns = 16;
  config.requantise.lanes = 4;
  config.bus.data_bits = 64;
  run("timing_8x16", config, 32, 8, 8, 21, 4, 3);
}

TEST(TimingLockstep, EqualsTheRtlOn16x16) {
  config::AcceleratorConfig config = accelerator("medium");
  config.codebook.read_ports = 1;
  run("timing_16x16", config, 32, 4, 8, 31, 4, 3);
}

TEST(TimingLockstep, EqualsTheRtlOn32x32) {
  run("timing_32x32", accelerator("large"), 32, 8, 8, 41, 3, 2);
}

// Without a dense bypass there are no mode queues.
TEST(TimingLockstep, EqualsTheRtlOnRandomAccelerators) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    base::Random random(seed);
    const codebook::Codebook codebook = random_codebook(7, 2 + static_cast<int>(random.below(60)),
                                                        1 + static_cast<int>(random.below(9)),
                                                        2 + static_cast<int>(random.below(7)));
    config::AcceleratorConfig config = compiler::testing::random_config(random, codebook);
    config.array.product_register = random.below(2) == 1;
    config.bus.burst_words = 1 + static_cast<int>(random.below(16));
    config.bus.outstanding = 1 + static_cast<int>(random.below(8));
    SCOPED_TRACE(fmt::format("accelerator {}: {}", seed, config::to_json(config).dump()));
    run(fmt::format("timing_random_{}", seed), config, codebook.entries, codebook.dimension,
        codebook.element_bits, seed * 1000, 3, 4);
  }
}

}  // namespace
}  // namespace vqrom::sim
