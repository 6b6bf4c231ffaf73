// SPDX-License-Identifier: Apache-2.0
// dma_test — vq_dma copies what LOADs, STOREs and fetches ask for, at full rate, whatever stalls.
#include <array>

#include <gmock/gmock.h>

#include "tests/sim/verilator/dma_bench.h"

namespace vqrom::sim {
namespace {

using config::Load;
using config::Store;
using config::Target;

constexpr std::uint64_t kOrigin = 0x3000;
constexpr std::uint64_t kBase = kOrigin + 0x7e0;  // a multiple of 32, not of a page
constexpr std::int64_t kStoreRegion = 1 << 17;    // LOADs read below it

AxiMemoryOptions memory_options(const DmaSize& size, int latency_cycles) {
  return {.read_latency_cycles = latency_cycles,
          .write_latency_cycles = latency_cycles,
          .longest_burst = std::max(size.burst_words, config::kInstructionBits / size.bus_bits),
          .origin = kOrigin};
}

// Rows of `parts` words: mostly short, some of many bursts.
std::int64_t random_row(base::Random& random, std::int64_t parts) {
  return parts * random.between(1, random.below(6) == 0 ? 300 / parts : 24 / parts + 1);
}

Load random_load(const DmaBench& bench, base::Random& random, bool codebook) {
  Load load;
  load.target = random.between(0, codebook ? 5 : 4);
  if (!codebook && load.target == 4) load.target = static_cast<std::int64_t>(Target::kTable);
  load.wait_reads = random.between(0, (1 << 20) - 1);  // not ours to look at
  load.wait_stores = random.between(0, (1 << 20) - 1);
  const std::int64_t parts = bench.parts(static_cast<Target>(load.target));
  load.row_words = random_row(random, parts);
  load.rows = random.between(1, 5);
  const std::int64_t gap = random.below(2) == 0 ? 0 : random.between(0, 300);
  load.row_stride = (load.row_words + gap) * bench.bus_bytes();
  load.address = random.between(0, (kStoreRegion >> 1) / 16) * 16;
  load.buffer_stride = random.between(0, 300);  // rows may overlap: the later one stays
  load.buffer = random.between(0, 400);
  return load;
}

// Every STORE has a place of its own in the output buffer and in memory.
Store random_store(const DmaBench& bench, base::Random& random, std::int64_t& buffer,
                   std::int64_t& address) {
  Store store;
  store.wait_runs = random.between(0, (1 << 20) - 1);
  store.row_words = random_row(random, bench.vector_parts());
  store.rows = random.between(1, 3);
  const std::int64_t gap = random.below(2) == 0 ? 0 : random.between(0, 30);
  store.row_stride = (store.row_words + gap) * bench.bus_bytes();
  store.buffer_stride = store.row_words / bench.vector_parts() + random.between(0, 3);
  store.address = address;
  store.buffer = buffer;
  address += store.rows * store.row_stride;
  buffer += store.rows * store.buffer_stride;
  return store;
}

class DmaMix : public ::testing::TestWithParam<DmaSize> {};

TEST_P(DmaMix, CopiesRandomMixesUnderRandomStalls) {
  for (std::uint64_t seed = 0; seed <= 20; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    base::Random random(seed + 100);
    AxiMemoryOptions options = memory_options(GetParam(), static_cast<int>(random.between(1, 40)));
    options.stall_seed = seed;
    options.cycles_per_word = random.below(4) == 0 ? 3 : 1;
    DmaBench bench(GetParam(), options, kBase, seed + 1);
    std::int64_t buffer = 0;
    std::int64_t address = kStoreRegion;
    for (int i = 0; i < 12; ++i) {
      for (int n = 0; n < 2; ++n)
        bench.load(random_load(bench, random, GetParam().codeword_bits != 0));
      const Store store = random_store(bench, random, buffer, address);
      if (buffer <= DmaBench::kBufferWords) bench.store(store);
      for (int n = 0; n < 3; ++n) bench.fetch(random.below(kStoreRegion / 64) * 32);
    }
    bench.run(200000);
    bench.check_all();
    EXPECT_THAT(bench.error_cycles(), ::testing::IsEmpty());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, DmaMix,
                         ::testing::Values(DmaSize{4, 32, 16, 8, 32}, DmaSize{12, 32, 7, 4, 20},
                                           DmaSize{16, 64, 16, 8, 32},
                                           DmaSize{32, 128, 256, 16, 40},
                                           DmaSize{16, 128, 5, 2, 36}, DmaSize{8, 64, 1, 1, 32},
                                           DmaSize{4, 32, 16, 8, 32, 128},
                                           DmaSize{16, 64, 16, 8, 32, 7},
                                           DmaSize{16, 64, 8, 4, 32, 72}));

// A LOAD that is taken in cycle 0 requests in cycle 3; its last word comes N - 1 cycles after the
// first and is in the buffer one cycle later.
constexpr int kLoadCycles = 3;
// A STORE's first word goes out in cycle 4; its end is told one cycle after the answer.
constexpr int kStoreCycles = 4;

TEST(DmaRate, LoadTakesACycleAWordAndTheLatency) {
  const DmaSize size{};
  for (const int latency : {1, 20, 100}) {
    DmaBench bench(size, memory_options(size, latency), kOrigin, 1);
    bench.load({.target = 1, .address = 64, .row_words = 1000, .rows = 1});
    bench.run(10000);
    bench.check_all();
    EXPECT_THAT(bench.load_done_cycles(), ::testing::ElementsAre(1000 + latency + kLoadCycles));
  }
}

TEST(DmaRate, LoadOfShortRowsAndOfManyTargetsIsAsFast) {
  const DmaSize size{};
  const int latency = 12;
  DmaBench bench(size, memory_options(size, latency), kOrigin, 1);
  constexpr std::array kAll{Target::kActivations, Target::kWeights, Target::kParameters,
                            Target::kWindow, Target::kTable};
  for (std::size_t i = 0; i < 40; ++i) {
    bench.load({.target = static_cast<std::int64_t>(kAll[i % 5]),
                .address = 4096 * static_cast<std::int64_t>(i),
                .row_words = 4,
                .rows = 5,
                .row_stride = 40,
                .buffer = 40 * static_cast<std::int64_t>(i / 5),
                .buffer_stride = 5});
  }
  bench.run(10000);
  bench.check_all();
  EXPECT_EQ(bench.load_done_cycles().back(), 40 * 20 + latency + kLoadCycles);
}

TEST(DmaRate, StoreTakesACycleAWordAndTheLatencyBesideALoad) {
  for (const DmaSize& size : {DmaSize{16, 64, 16, 8, 32}, DmaSize{8, 64, 16, 8, 32}}) {
    for (const int latency : {1, 20, 80}) {
      DmaBench bench(size, memory_options(size, latency), kOrigin, 1);
      bench.load({.target = 1, .address = 64, .row_words = 1000, .rows = 1});
      bench.store({.address = 1 << 17,
                   .row_words = 500,
                   .rows = 2,
                   .row_stride = 8192,
                   .buffer_stride = 500});
      bench.run(10000);
      bench.check_all();
      EXPECT_THAT(bench.load_done_cycles(), ::testing::ElementsAre(1000 + latency + kLoadCycles));
      EXPECT_THAT(bench.store_done_cycles(), ::testing::ElementsAre(1000 + latency + kStoreCycles));
      EXPECT_LT(bench.store_read_cycles().front(), 1000 + kStoreCycles);
    }
  }
}

TEST(DmaRate, StoresFollowEachOtherWithoutAGap) {
  const DmaSize size{};
  const int latency = 12;
  DmaBench bench(size, memory_options(size, latency), kOrigin, 1);
  for (int i = 0; i < 40; ++i) {
    bench.store({.address = 4096 * i,
                 .row_words = 4,
                 .rows = 5,
                 .row_stride = 40,
                 .buffer = 10 * i,
                 .buffer_stride = 2});
  }
  bench.run(10000);
  bench.check_all();
  EXPECT_EQ(bench.store_done_cycles().back(), 40 * 20 + latency + kStoreCycles);
}

TEST(DmaRate, BurstsThatMayWaitBoundTheRate) {
  const DmaSize size{16, 64, 16, 2, 32};
  DmaBench bench(size, memory_options(size, 100), kOrigin, 1);
  bench.load({.target = 1, .address = 0, .row_words = 1024, .rows = 1});
  bench.run(10000);
  bench.check_all();
  EXPECT_EQ(bench.counts().most_read_bursts, 2);
  EXPECT_GT(bench.load_done_cycles().front(), 32 * 100);  // 64 bursts, two in a latency
}

TEST(DmaPort, RowAcrossPagesIsCutThere) {
  const DmaSize size{};
  DmaBench bench(size, memory_options(size, 5), kOrigin, 1);
  // Rows of 1 + 16 + 3 words, of 16 + 4 up to a page's end, and of 16 + 4 behind it.
  bench.load({.target = 1, .address = 4096 - 8, .row_words = 20, .rows = 1});
  EXPECT_GT(bench.run(1000), 0);
  EXPECT_EQ(bench.counts().read_bursts, 3);
  bench.load({.target = 1,
              .address = 4096 - 160,
              .row_words = 20,
              .rows = 2,
              .row_stride = 160,
              .buffer = 100,
              .buffer_stride = 20});
  bench.run(1000);
  EXPECT_EQ(bench.counts().read_bursts, 7);
  bench.store({.address = 8192 - 16, .row_words = 4, .rows = 1});
  bench.run(1000);
  EXPECT_EQ(bench.counts().write_bursts, 2);
  bench.check_all();
}

TEST(DmaPort, TellsAnErrorResponseNotAfterItsInstructionIsDone) {
  const DmaSize size{};
  const auto outside = static_cast<std::int64_t>(2 * DmaBench::kMemoryBytes);
  DmaBench loads(size, memory_options(size, 5), kOrigin, 1);
  loads.load({.target = 1, .address = 0, .row_words = 4, .rows = 1});
  loads.run(1000);
  EXPECT_THAT(loads.error_cycles(), ::testing::IsEmpty());
  loads.load({.target = 1, .address = outside, .row_words = 3, .rows = 1});
  loads.run(1000);
  const std::int64_t loaded = loads.load_done_cycles().back();
  EXPECT_THAT(loads.error_cycles(), ::testing::ElementsAre(loaded - 2, loaded - 1, loaded));

  DmaBench stores(size, memory_options(size, 5), kOrigin, 1);
  stores.store({.address = outside, .row_words = 20, .rows = 1});
  stores.run(1000);
  const std::int64_t stored = stores.store_done_cycles().back();
  EXPECT_THAT(stores.error_cycles(), ::testing::ElementsAre(stored - 4, stored));
}

}  // namespace
}  // namespace vqrom::sim
