// SPDX-License-Identifier: Apache-2.0
#include "sim/core/stream.h"

#include <gtest/gtest.h>

#include "tests/sim/pipe_stage.h"

namespace vqrom::sim {
namespace {

constexpr int kWidth = 18;

std::vector<std::uint8_t> beat_of(std::int64_t number) {
  return {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8), 3};
}

// Sends beats 0 … count-1 through a stage and checks what arrives; the cycles that took.
int run(StallPattern in, StallPattern out, std::int64_t count) {
  PipeStage stage(kWidth);
  std::vector<std::uint8_t> beat;
  std::int64_t produced = 0;
  StreamSource source(stage, kPipeIn, std::move(in), [&]() -> const std::uint8_t* {
    if (produced == count) return nullptr;
    beat = beat_of(produced++);
    return beat.data();
  });
  std::int64_t arrived = 0;
  const auto consume = [&](std::span<const std::uint8_t> got) {
    EXPECT_EQ(std::vector<std::uint8_t>(got.begin(), got.end()), beat_of(arrived++));
  };
  StreamSink sink(stage, kPipeOut, std::move(out), consume, "out");
  stage.value(stage.port("rst_n"))[0] = 1;
  int cycles = 0;
  while (sink.received() < count && cycles < 100 * count) {
    source.drive();
    sink.drive();
    stage.settle();
    source.sample();
    sink.sample();
    stage.clock_edge();
    ++cycles;
  }
  EXPECT_EQ(source.sent(), count);
  EXPECT_EQ(arrived, count);
  return cycles;
}

TEST(Stream, MovesABeatEveryCycleWithoutStalls) {
  EXPECT_EQ(run(StallPattern(), StallPattern(), 100), 101);
}

TEST(Stream, KeepsEveryBeatInOrderUnderRandomStalls) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    EXPECT_GT(run(StallPattern::random(seed), StallPattern::random(seed + 1000), 500), 501);
  }
}

TEST(Stream, OffersJunkOfTheRightWidthWhileNothingIsValid) {
  PipeStage stage(kWidth);
  StreamSource source(stage, kPipeIn, StallPattern(), [] { return nullptr; });
  source.drive();
  EXPECT_EQ(stage.value(stage.port("valid_i"))[0], 0);
  const auto data = stage.value(stage.port("data_i"));
  EXPECT_EQ(std::vector<std::uint8_t>(data.begin(), data.end()),
            (std::vector<std::uint8_t>{0xff, 0xff, 0x03}));
}

// What the sink says about two cycles of a stream whose beat is not taken.
std::string violation(std::uint8_t valid_then, std::uint8_t data_then) {
  PipeStage stage(kWidth);
  StreamSink sink(
      stage, kPipeOut, StallPattern(), [](auto) {}, "out");
  stage.value(stage.port("ready_i"))[0] = 0;
  stage.value(stage.port("valid_o"))[0] = 1;
  stage.value(stage.port("data_o"))[0] = 9;
  sink.sample();
  stage.value(stage.port("valid_o"))[0] = valid_then;
  stage.value(stage.port("data_o"))[0] = data_then;
  try {
    sink.sample();
  } catch (const StreamViolation& found) {
    return found.what();
  }
  return "none";
}

TEST(Stream, SinkReportsABrokenContract) {
  EXPECT_EQ(violation(1, 9), "none");
  EXPECT_EQ(violation(0, 9), "stream out, cycle 1: valid fell before the beat was taken");
  EXPECT_EQ(violation(1, 8), "stream out, cycle 1: data changed before the beat was taken");
}

TEST(StallPattern, IsTheSameForTheSameSeedAndNeitherAlwaysNorNever) {
  StallPattern a = StallPattern::random(7);
  StallPattern b = StallPattern::random(7);
  int pauses = 0;
  for (int i = 0; i < 10000; ++i) {
    const bool pause = a.next();
    EXPECT_EQ(pause, b.next());
    pauses += pause ? 1 : 0;
  }
  EXPECT_GT(pauses, 2500);
  EXPECT_LT(pauses, 5500);
}

}  // namespace
}  // namespace vqrom::sim
