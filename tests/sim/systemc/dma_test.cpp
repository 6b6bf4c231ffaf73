// SPDX-License-Identifier: Apache-2.0
// dma_test — the SystemC vq_dma and the Verilated RTL in lockstep, memory and buffers in the bench.
#include <deque>

#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "tests/sim/verilator/random_transfers.h"

namespace vqrom::sim {
namespace {

class DmaLockstep : public ::testing::TestWithParam<DmaSize> {};

TEST_P(DmaLockstep, EqualsTheRtlInRandomMixesUnderRandomStalls) {
  DmaModel systemc(dma_config(GetParam()));
  for (std::uint64_t seed = 0; seed <= 8; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    base::Random random(seed + 100);
    AxiMemoryOptions options = memory_options(GetParam(), static_cast<int>(random.between(1, 40)));
    options.stall_seed = seed;
    options.cycles_per_word = random.below(4) == 0 ? 3 : 1;
    DmaBench bench(GetParam(), options, kBase, seed + 1, &systemc);
    add_random_mix(bench, random, GetParam().codeword_bits != 0);
    bench.run(200000);
    bench.check_all();
    if (HasFailure()) return;
  }
}

// Commands to any address and any word of a buffer, one after the other without end.
class AnyCommands {
 public:
  AnyCommands(const DmaSize& size, std::uint64_t seed) : size_(size), random_(seed) {}
  config::InstructionWord load() {
    config::Load load;
    const bool codebook = size_.codeword_bits != 0;
    do {
      load.target = random_.between(0, config::kTargets - 1);
    } while (!codebook && load.target == static_cast<std::int64_t>(config::Target::kCodebook));
    place(load, dma_parts(size_, static_cast<config::Target>(load.target)));
    if (load.target == static_cast<std::int64_t>(config::Target::kCodebook)) {
      load.buffer = random_.between(0, 900);  // its port has bits for its codewords alone
      load.buffer_stride = random_.between(0, 200);
    }
    return config::encode(load);
  }
  config::InstructionWord store() {
    config::Store store;
    place(store, dma_parts(size_, config::Target::kActivations));
    return config::encode(store);
  }
  // Bytes, a multiple of an instruction's: most of them beyond the memory of the test.
  std::uint64_t address() {
    const std::uint64_t all = random_.bits() & ((std::uint64_t{1} << size_.address_bits) - 1);
    return (random_.below(2) == 0 ? all : random_.below(1U << 17)) / 32 * 32;
  }

 private:
  template <typename Command>
  void place(Command& command, std::int64_t parts) {
    command.row_words = random_row(random_, parts);
    command.rows = random_.between(1, 4);
    command.row_stride = random_.between(0, 400) * size_.bus_bits / 8;
    command.address = random_.between(0, (1 << 17) / 16) * 16;
    command.buffer = random_.between(random_.below(3) == 0 ? 0xfff8 : 0, 0xffff);
    command.buffer_stride = random_.between(0, 0xffff);
  }
  DmaSize size_;
  base::Random random_;
};

// Refused bursts, addresses and buffer words that go round, and resets in the middle of all.
TEST_P(DmaLockstep, EqualsTheRtlWhereverCommandsReachAndWheneverItIsReset) {
  const DmaSize& size = GetParam();
  DmaModel systemc(dma_config(size));
  VerilatedModel rtl(build_dma(size), 5);
  const auto both = dma_lockstep(rtl, systemc);
  std::vector<std::uint8_t> bytes(std::size_t{1} << 17);
  const auto set = [&](const std::string& port, std::uint64_t value) {
    for (std::uint8_t& byte : both->value(both->port(port))) {
      byte = static_cast<std::uint8_t>(value);
      value >>= 8;
    }
  };
  std::int64_t errors = 0;
  std::int64_t stored = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    base::Random random(seed);
    AxiMemoryOptions options = memory_options(size, static_cast<int>(random.between(1, 30)));
    options.origin = 0;
    options.stall_seed = random.below(2) * seed;
    AnyCommands commands(size, seed + 1);
    for (const char* stream : {"load", "store", "fetch_ar"})
      set(stream + std::string("_valid_i"), 0);
    set("rst_n", 0);
    AxiMemory memory(*both, bytes, options);
    set("base_i", commands.address());
    for (int cycle = 0; cycle < 2; ++cycle) {
      both->settle();
      both->clock_edge();
    }
    set("rst_n", 1);
    config::InstructionWord load, store;
    std::vector<std::uint8_t> fetch(both->value(both->port("fetch_ar_addr_i")).size());
    std::deque<StreamSource> sources;
    const auto source = [&](const std::string& name, const char* payload, BeatProducer produce) {
      sources.emplace_back(*both, StreamPorts{name + "_valid_i", name + "_ready_o", {payload}},
                           StallPattern::random(10 * seed + sources.size()), std::move(produce));
    };
    source("load", "load_data_i", [&] { return (load = commands.load()).data(); });
    source("store", "store_data_i", [&] { return (store = commands.store()).data(); });
    source("fetch_ar", "fetch_ar_addr_i", [&]() -> const std::uint8_t* {
      if (random.below(8) != 0) return nullptr;
      std::uint64_t address = commands.address();
      for (std::uint8_t& byte : fetch) {
        byte = static_cast<std::uint8_t>(address);
        address >>= 8;
      }
      return fetch.data();
    });
    bool asked = false;  // for a vector of the output buffer, which then holds it
    for (std::int64_t cycles = random.between(20, 3000); cycles > 0; --cycles) {
      memory.drive();
      for (StreamSource& each : sources) each.drive();
      if (asked) {
        for (std::uint8_t& byte : both->value(both->port("out_rd_data_i"))) {
          byte = static_cast<std::uint8_t>(random.bits());
        }
      }
      both->settle();
      asked = both->value(both->port("out_rd_en_o"))[0] != 0;
      errors += both->value(both->port("error_o"))[0];
      stored += both->value(both->port("store_done_o"))[0];
      memory.sample();
      for (StreamSource& each : sources) each.sample();
      both->clock_edge();
    }
  }
  EXPECT_GT(errors, 100);
  EXPECT_GT(stored, 10);
}

INSTANTIATE_TEST_SUITE_P(Sizes, DmaLockstep,
                         ::testing::Values(DmaSize{4, 32, 16, 8, 32}, DmaSize{12, 32, 7, 4, 20},
                                           DmaSize{32, 128, 256, 16, 40}, DmaSize{8, 64, 1, 1, 32},
                                           DmaSize{16, 64, 8, 4, 32, 72}));

}  // namespace
}  // namespace vqrom::sim
