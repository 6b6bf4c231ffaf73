// SPDX-License-Identifier: Apache-2.0
#include "sim/core/event_counts.h"

#include <gtest/gtest.h>

#include "sw/base/random.h"

namespace vqrom::sim {
namespace {

TEST(BitTally, CountsWhatAPlainSumCounts) {
  for (const int cycles : {0, 1, 254, 255, 256, 510, 1000}) {
    base::Random random(static_cast<std::uint64_t>(cycles));
    BitTally tally;
    EventCounts expected;
    for (int cycle = 0; cycle < cycles; ++cycle) {
      const auto word = static_cast<std::uint32_t>(random.bits() >> 40);
      for (std::size_t i = 0; i < kEvents; ++i) expected.counts[i] += word >> i & 1;
      tally.add(word);
    }
    EXPECT_EQ(tally.take(), expected) << cycles << " cycles";
    EXPECT_EQ(tally.take(), EventCounts{}) << "counted twice";
  }
}

TEST(BitTally, HoldsEveryBitInEveryCycle) {
  BitTally tally;
  for (int cycle = 0; cycle < 100'000; ++cycle) tally.add((1U << kEvents) - 1);
  const EventCounts counts = tally.take();
  for (const std::int64_t count : counts.counts) EXPECT_EQ(count, 100'000);
}

TEST(CycleTally, PutsEachBusyCycleDownToOneCause) {
  base::Random random(1);
  CycleTally tally;
  for (int cycle = 0; cycle < 5000; ++cycle) {
    tally.add(static_cast<std::uint32_t>(random.bits() >> 41 & random.bits() >> 41));
  }
  const CycleCounts counts = tally.take();
  std::int64_t sum = counts.causes[Event::kCycles];
  for (const Event cause : kCauses) sum += counts.causes[cause];
  EXPECT_EQ(sum, counts.events[Event::kCycles]);
  EXPECT_GT(sum, 1000);
}

TEST(CycleTally, PrefersWorkToWaiting) {
  const auto cause_of = [](std::uint32_t events) {
    CycleTally tally;
    tally.add(events | event_bit(Event::kCycles));
    const CycleCounts counts = tally.take();
    for (int i = 0; i < kEvents; ++i) {
      if (counts.causes[static_cast<Event>(i)] == 1) return static_cast<Event>(i);
    }
    return Event::kFetch;
  };
  EXPECT_EQ(cause_of(event_bit(Event::kIssue) | event_bit(Event::kRunWaitLoads)), Event::kIssue);
  EXPECT_EQ(cause_of(event_bit(Event::kVectorReads) | event_bit(Event::kComputeBusy)),
            Event::kVectorReads);
  EXPECT_EQ(cause_of(event_bit(Event::kRunWaitStores) | event_bit(Event::kComputeBusy)),
            Event::kRunWaitStores);
  EXPECT_EQ(cause_of(event_bit(Event::kComputeBusy)), Event::kComputeBusy);
  EXPECT_EQ(cause_of(event_bit(Event::kFetch) | event_bit(Event::kLoadAct)), Event::kCycles);
}

TEST(CycleTally, CountsWaitsForLoadsBesideWordsOfTheCodebook) {
  CycleTally tally;
  const std::uint32_t wait = event_bit(Event::kRunWaitLoads);
  const std::uint32_t word = event_bit(Event::kLoadCodebook);
  for (const std::uint32_t events : {wait, word, wait | word, wait | word}) {
    tally.add(events | event_bit(Event::kCycles));
  }
  tally.add(wait | word);  // not busy
  EXPECT_EQ(tally.take().codebook_waits, 2);
  EXPECT_EQ(tally.take().codebook_waits, 0);
}

TEST(CycleTally, CountsNoCauseWhileNothingRuns) {
  CycleTally tally;
  tally.add(event_bit(Event::kIssue));
  const CycleCounts counts = tally.take();
  EXPECT_EQ(counts.events[Event::kIssue], 1);
  EXPECT_EQ(counts.causes, EventCounts{});
}

TEST(EventName, FollowsTheTableOfCounters) {
  EXPECT_EQ(event_name(Event::kCycles), "cycles");
  EXPECT_EQ(event_name(Event::kLoadAct), "load_act");
  EXPECT_EQ(event_name(Event::kComputeBusy), "compute_busy");
  EXPECT_EQ(event_name(Event::kLoadTable), "load_table");
}

}  // namespace
}  // namespace vqrom::sim
