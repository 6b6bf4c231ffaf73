// SPDX-License-Identifier: Apache-2.0
// span_replay_test — pieces of spans: their cycles, events, and the state that they are left in.
#include "sim/timing/span_replay.h"

#include <map>

#include <gtest/gtest.h>

namespace vqrom::sim::timing {
namespace {

constexpr std::int64_t kTimes = 5;
constexpr std::int64_t kSpanCycles = 6;

// Cycle by cycle, the events of the span that make_loop() teaches.
std::uint32_t event_of(std::int64_t cycle) {
  constexpr std::array<std::uint32_t, kSpanCycles> kEvents{1, 1, 2, 2, 2, 1};
  return kEvents[static_cast<std::size_t>(cycle % kSpanCycles)];
}

void write(SpanReplay& replay, std::int64_t left) {
  StateWriter& writer = replay.writer();
  std::uint8_t byte = 7;
  writer(byte);
  std::array<std::int64_t, 3> window{left, left, left};
  writer.counters(window);
}

// Two steps of the first group's counters in a span that ends in its first state.
SpanReplay make_loop() {
  SpanReplay replay(Counters::kCompute);
  write(replay, 100);
  EXPECT_FALSE(replay.enter());
  for (std::int64_t cycle = 0; cycle < kSpanCycles; ++cycle) replay.went(event_of(cycle), 1);
  write(replay, 98);
  replay.close();
  write(replay, 2 * kTimes + 1);
  EXPECT_TRUE(replay.enter());
  return replay;
}

std::int64_t steps_left(const SpanReplay& replay) {
  StateRestorer restorer = replay.restorer();
  std::array<std::int64_t, 3> window{};
  restorer.counters(window);
  return window[0];
}

TEST(SpanReplay, GivesASpanAsOftenAsItComes) {
  SpanReplay replay = make_loop();
  EXPECT_EQ(replay.next(true), kTimes * kSpanCycles);
  EXPECT_EQ(replay.next(true), 0);
  EXPECT_FALSE(replay.active());
  EXPECT_EQ(steps_left(replay), 1);
}

TEST(SpanReplay, GivesItsSegmentsOneByOne) {
  SpanReplay replay = make_loop();
  std::int64_t cycle = 0;
  while (const std::int64_t cycles = replay.next(false)) {
    replay.each(0, cycles, [&](std::uint32_t events, std::int64_t of_them) {
      EXPECT_EQ(of_them, cycles);
      for (std::int64_t i = 0; i < cycles; ++i) EXPECT_EQ(events, event_of(cycle + i));
    });
    cycle += cycles;
  }
  EXPECT_EQ(cycle, kTimes * kSpanCycles);
  EXPECT_EQ(steps_left(replay), 1);
}

TEST(SpanReplay, CountsTheEventsOfEachPart) {
  SpanReplay replay = make_loop();
  const std::int64_t cycles = replay.next(true);
  for (std::int64_t from = 0; from <= cycles; ++from) {
    for (std::int64_t to = from; to <= cycles; ++to) {
      std::map<std::uint32_t, std::int64_t> expected, counted;
      for (std::int64_t cycle = from; cycle < to; ++cycle) ++expected[event_of(cycle)];
      replay.each(from, to,
                  [&](std::uint32_t events, std::int64_t of_them) { counted[events] += of_them; });
      ASSERT_EQ(counted, expected) << from << " to " << to;
    }
  }
}

TEST(SpanReplay, IsLeftInTheStateBeforeTheCyclesThatItReturns) {
  for (std::int64_t cycles = 0; cycles <= kTimes * kSpanCycles; ++cycles) {
    SpanReplay whole = make_loop();
    (void)whole.next(true);
    EXPECT_EQ(whole.leave(cycles), cycles % kSpanCycles);
    EXPECT_EQ(steps_left(whole), 2 * kTimes + 1 - cycles / kSpanCycles * 2);
    EXPECT_FALSE(whole.active());
  }
}

}  // namespace
}  // namespace vqrom::sim::timing
