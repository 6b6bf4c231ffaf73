// SPDX-License-Identifier: Apache-2.0
// accelerator_test — the SystemC accelerator beside the RTL: every port in every cycle, data too.
#include <deque>

#include <gtest/gtest.h>

#include "sim/core/lockstep.h"
#include "sim/systemc/accelerator_model.h"
#include "sim/verilator/bundle_design.h"
#include "sim/verilator/verilated_model.h"
#include "tests/gen/structured_codebook.h"
#include "tests/sim/random_layer.h"
#include "tests/sim/timing/compiled_network.h"
#include "tests/sw/compiler/random_config.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {
namespace {

using compress::testing::random_network;
using vqrom::testing::error_message;

constexpr int kOperators = 8;

// What goes with a valid means something only while it is high: a reset does not clear it in the
// RTL. All other ports are compared always, and the written words.
LockstepRules rules() {
  LockstepRules rules{{}, {{"csr_rdata_o", "csr_rvalid_o"}, {"mem_wlast_o", "mem_wvalid_o"}}};
  for (const std::string channel : {"mem_ar", "mem_aw"}) {
    for (const char* part : {"addr_o", "len_o", "id_o"}) {
      rules.payloads.push_back({channel + part, channel + "valid_o"});
    }
  }
  return rules;
}

AxiMemoryOptions memory_of(int seed) {
  AxiMemoryOptions memory;
  memory.read_latency_cycles = 1 + seed * 37 % 120;
  memory.write_latency_cycles = 1 + seed * 53 % 90;
  memory.outstanding = 1 + seed * 5 % 16;
  memory.cycles_per_word = seed % 5 == 4 ? 3 : 1;
  memory.stall_seed = seed % 2 == 0 ? 0 : static_cast<std::uint64_t>(seed);
  return memory;
}

// Random networks beside each other in memory, one after the other, at several paces of memory. The
// two engines live as long as the test: what buffers hold from earlier runs is compared as well.
void run(const std::string& name, const RandomBundle& made, std::uint64_t first_network,
         int networks, int memories) {
  const Bundle& bundle = made.bundle();
  std::deque<CompiledNetwork> compiled;
  std::vector<ResidentProgram> residents;
  for (int i = 0; i < networks; ++i) {
    const std::uint64_t seed = first_network + static_cast<std::uint64_t>(i);
    compiled.emplace_back(random_network(seed, kOperators, made.codebook()).network, bundle,
                          made.codebook(), i % 3 == 2 ? 3 : 1);
    residents.push_back(compiled.back().resident(fmt::format("network {}", seed)));
  }
  VerilatedModel rtl(build_model(bundle_design(bundle)));
  const auto systemc = make_systemc_accelerator(bundle, made.codebook());
  Lockstep both(rtl, *systemc, {"vq_accelerator", "RTL", "SystemC", ""}, rules());
  for (int seed = 0; seed < memories; ++seed) {
    SCOPED_TRACE(fmt::format("{}, memory {}", name, seed));
    ProgramRunner runner(both, bundle, residents, memory_of(seed));
    for (std::size_t i = 0; i < compiled.size(); ++i) {
      const ProgramResult result =
          runner.run(i, compiled[i].inputs(static_cast<std::uint64_t>(seed) * 100 + i));
      ASSERT_EQ(error_message([&] {
                  if (result.stopped) std::rethrow_exception(result.stopped);
                }),
                "")
          << residents[i].place;
      ASSERT_EQ(result.first_mismatch(), nullptr) << mismatch_text(*result.first_mismatch());
    }
  }
}

config::AcceleratorConfig accelerator(const std::string& name) {
  config::AcceleratorConfig config = config::find_config(name);
  config.top = config::Top::kAccelerator;
  return config;
}

TEST(SystemCAccelerator, EqualsTheRtlOn4x4) {
  run("4x4", RandomBundle("systemc_4x4", accelerator("tiny"), 32, 4, 8), 1, 5, 8);
}

// Buffers so small that every layer is cut, two ports, a product register, few bursts.
TEST(SystemCAccelerator, EqualsTheRtlOnSmallBuffers) {
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
  run("buffers", RandomBundle("systemc_buffers", config, 32, 2, 8), 11, 4, 4);
}

TEST(SystemCAccelerator, EqualsTheRtlOn8x16) {
  config::AcceleratorConfig config = accelerator("small");
  config.array.columns = 16;
  config.requantise.lanes = 4;
  config.bus.data_bits = 64;
  run("8x16", RandomBundle("systemc_8x16", config, 32, 8, 8), 21, 4, 4);
}

TEST(SystemCAccelerator, EqualsTheRtlOn16x16) {
  config::AcceleratorConfig config = accelerator("medium");
  config.codebook.read_ports = 1;
  run("16x16", RandomBundle("systemc_16x16", config, 32, 4, 8), 31, 4, 3);
}

TEST(SystemCAccelerator, EqualsTheRtlOn32x32) {
  run("32x32", RandomBundle("systemc_32x32", accelerator("large"), 32, 8, 8), 41, 3, 2);
}

TEST(SystemCAccelerator, EqualsTheRtlWithItsCodebookInSram) {
  config::AcceleratorConfig config = accelerator("small");
  config.codebook.storage = config::Storage::kSram;
  run("sram", RandomBundle("systemc_sram", config, 50, 4, 6), 51, 5, 5);
}

TEST(SystemCAccelerator, EqualsTheRtlWithASignSplitCodebook) {
  config::AcceleratorConfig config = accelerator("small");
  run("sign_split",
      RandomBundle("systemc_sign_split", config, vqrom::testing::sign_split_codebook(4, 5, 16)), 61,
      4, 3);
}

TEST(SystemCAccelerator, EqualsTheRtlWithALatticeCodebook) {
  config::AcceleratorConfig config = accelerator("medium");
  config.codebook.read_ports = 1;
  run("lattice", RandomBundle("systemc_lattice", config, vqrom::testing::lattice_codebook()), 71, 3,
      2);
}

// Without a dense bypass there are no mode queues.
class SystemCAcceleratorRandom : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(SystemCAcceleratorRandom, EqualsTheRtl) {
  const std::uint64_t seed = GetParam();
  base::Random random(seed);
  const codebook::Codebook codebook =
      random_codebook(7, 2 + static_cast<int>(random.below(60)),
                      1 + static_cast<int>(random.below(9)), 2 + static_cast<int>(random.below(7)));
  config::AcceleratorConfig config = compiler::testing::random_config(random, codebook);
  config.array.product_register = random.below(2) == 1;
  config.bus.burst_words = 1 + static_cast<int>(random.below(16));
  config.bus.outstanding = 1 + static_cast<int>(random.below(8));
  SCOPED_TRACE(fmt::format("accelerator {}: {}", seed, config::to_json(config).dump()));
  const std::string name = fmt::format("systemc_random_{}", seed);
  run(name, RandomBundle(name, config, codebook.entries, codebook.dimension, codebook.element_bits),
      seed * 1000, 3, 3);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SystemCAcceleratorRandom, ::testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace vqrom::sim
