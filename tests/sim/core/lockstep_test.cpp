// SPDX-License-Identifier: Apache-2.0
#include "sim/core/lockstep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/pipe_stage.h"

namespace vqrom::sim {
namespace {

using testing::HasSubstr;

const LockstepLabels kLabels{"pipe_stage", "C++", "RTL", "run --waves x.fst"};

TEST(Lockstep, PassesWhenBothEnginesAgree) {
  PipeStage a(72);
  PipeStage b(72);
  Lockstep both(a, b, kLabels);
  drive_pipe_stage(both, 3, 1000);
  EXPECT_EQ(both.cycle(), 1000);
}

TEST(Lockstep, NamesCyclePortAndBothValuesOfTheFirstDifference) {
  PipeStage a(72);
  PipeStage b(72);
  b.flip_data_from(123);
  Lockstep both(a, b, kLabels);
  try {
    drive_pipe_stage(both, 3, 1000);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    EXPECT_EQ(mismatch.cycle(), 123);
    EXPECT_EQ(mismatch.port(), "data_o");
    const std::string text = mismatch.what();
    EXPECT_THAT(text, HasSubstr("pipe_stage: cycle 123, port data_o: C++ and RTL differ in bits "
                                "64 to 64 of 72\n"));
    EXPECT_THAT(text, HasSubstr("the last 8 cycles (C++|RTL where they differ):\n  cycle "));
    EXPECT_THAT(text, HasSubstr("  116  "));
    EXPECT_THAT(text, testing::Not(HasSubstr("  115  ")));
    EXPECT_THAT(text, HasSubstr("\n> data_o"));
    EXPECT_THAT(text, HasSubstr("\nwith waves: run --waves x.fst\n"));
  }
}

TEST(Lockstep, RefusesEnginesWithOtherPorts) {
  PipeStage a(72);
  PipeStage b(71);
  try {
    Lockstep both(a, b, kLabels);
    FAIL() << "not noticed";
  } catch (const LockstepMismatch& mismatch) {
    EXPECT_STREQ(
        mismatch.what(),
        "pipe_stage: port data_i differs: 72 bits in C++, 71 bits in RTL, or in direction");
  }
}

TEST(HexText, ShowsEveryDigitOfTheWidth) {
  const std::vector<std::uint8_t> value{0x5a, 0x01};
  EXPECT_EQ(hex_text(value, 9), "15a");
  EXPECT_EQ(hex_text(value, 16), "015a");
}

}  // namespace
}  // namespace vqrom::sim
