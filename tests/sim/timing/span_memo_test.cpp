// SPDX-License-Identifier: Apache-2.0
// span_memo_test — when a span of vq_compute is the same again.
#include "sim/timing/span_memo.h"

#include <gtest/gtest.h>

namespace vqrom::sim::timing {
namespace {

// A state of one byte; its counters are left at 0.
std::uint32_t number(SpanMemo& memo, std::uint8_t byte) {
  StateWriter writer;
  writer(byte);
  return memo.number(writer);
}

// Counters of the second group: of a block and of a RUN.
Counters counters(std::int64_t block, std::int64_t run) {
  Counters result;
  result.left[3] = block;
  result.left[4] = run;
  return result;
}

TEST(SpanMemo, GivesEqualStatesOneNumber) {
  SpanMemo memo(Counters::kCompute);
  const std::uint32_t first = number(memo, 1);
  for (int byte = 2; byte < 200; ++byte) {
    EXPECT_NE(number(memo, static_cast<std::uint8_t>(byte)), first);
  }
  for (std::uint32_t i = 0; i < 2000; ++i) {  // the table grows
    StateWriter writer;
    writer(i);
    (void)memo.number(writer);
  }
  EXPECT_EQ(number(memo, 1), first);
}

TEST(SpanMemo, LetsAFarCounterDifferAsLongAsItStaysAboveZero) {
  SpanMemo memo(Counters::kCompute);
  const std::uint32_t from = number(memo, 1);
  const std::uint32_t to = number(memo, 2);
  const std::vector<Segment> segments{{1, 10}};
  memo.add(from, counters(20, 50), to, counters(17, 47), segments);
  EXPECT_EQ(memo.find(to, counters(20, 50)), nullptr);
  EXPECT_EQ(memo.find(from, counters(3, 50)), nullptr);
  EXPECT_EQ(memo.find(from, counters(20, 3)), nullptr);
  const Span* span = memo.find(from, counters(4, 40));
  ASSERT_NE(span, nullptr);
  Counters after = counters(4, 40);
  memo.pass(*span, 1, after);
  EXPECT_EQ(after.left, counters(1, 37).left);
}

// A span that ends where it began is the same again until a counter comes near its end.
TEST(SpanMemo, TellsHowOftenASpanComes) {
  SpanMemo memo(Counters::kCompute);
  const std::uint32_t from = number(memo, 1);
  memo.add(from, counters(20, 50), from, counters(17, 47), std::vector<Segment>{{1, 10}});
  for (std::int64_t block = 4; block < 40; ++block) {
    Counters at = counters(block, 1000);
    const Span* span = memo.find(from, at);
    ASSERT_NE(span, nullptr);
    const std::int64_t times = memo.times(*span, at);
    Counters one_by_one = at;
    for (std::int64_t i = 0; i < times; ++i) {
      ASSERT_EQ(memo.find(from, one_by_one), span) << "block " << block << ", time " << i;
      memo.pass(*span, 1, one_by_one);
    }
    EXPECT_EQ(memo.find(from, one_by_one), nullptr) << "block " << block;
    memo.pass(*span, times, at);
    EXPECT_EQ(at.left, one_by_one.left);
  }
}

TEST(SpanMemo, TakesASpanOnceThatEndsElsewhereOrWithOtherCounters) {
  SpanMemo memo(Counters::kCompute);
  const std::uint32_t from = number(memo, 1);
  memo.add(from, counters(20, 50), number(memo, 2), counters(17, 47),
           std::vector<Segment>{{1, 10}});
  EXPECT_EQ(memo.times(*memo.find(from, counters(20, 50)), counters(20, 50)), 1);
  memo.add(from, counters(2, 50), from, counters(7, 46), std::vector<Segment>{{1, 10}});
  EXPECT_EQ(memo.times(*memo.find(from, counters(2, 50)), counters(2, 50)), 1);
}

// The block ends within the span and begins again.
TEST(SpanMemo, WantsACounterThatEndsToBeTheSame) {
  SpanMemo memo(Counters::kCompute);
  const std::uint32_t from = number(memo, 1);
  memo.add(from, counters(2, 50), from, counters(7, 46), std::vector<Segment>{{1, 10}});
  EXPECT_EQ(memo.find(from, counters(3, 50)), nullptr);
  const Span* span = memo.find(from, counters(2, 30));
  ASSERT_NE(span, nullptr);
  Counters after = counters(2, 30);
  memo.pass(*span, 1, after);
  EXPECT_EQ(after.left, counters(7, 26).left);
}

}  // namespace
}  // namespace vqrom::sim::timing
