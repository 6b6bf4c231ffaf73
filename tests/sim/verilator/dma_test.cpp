// SPDX-License-Identifier: Apache-2.0
// dma_test — vq_dma copies what LOADs, STOREs and fetches ask for, at full rate, whatever stalls.
#include <array>

#include <gmock/gmock.h>

#include "tests/sim/verilator/random_transfers.h"

namespace vqrom::sim {
namespace {

using config::Target;

class DmaMix : public ::testing::TestWithParam<DmaSize> {};

TEST_P(DmaMix, CopiesRandomMixesUnderRandomStalls) {
  for (std::uint64_t seed = 0; seed <= 20; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    base::Random random(seed + 100);
    AxiMemoryOptions options = memory_options(GetParam(), static_cast<int>(random.between(1, 40)));
    options.stall_seed = seed;
    options.cycles_per_word = random.below(4) == 0 ? 3 : 1;
    DmaBench bench(GetParam(), options, kBase, seed + 1);
    add_random_mix(bench, random, GetParam().codeword_bits != 0);
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
