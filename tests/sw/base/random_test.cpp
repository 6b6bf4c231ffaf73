// SPDX-License-Identifier: Apache-2.0
#include "sw/base/random.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace vqrom::base {
namespace {

TEST(Random, SameSeedGivesTheSameNumbersEverywhere) {
  Random random(1);
  EXPECT_EQ(random.bits(), 2469588189546311528U);  // mt19937_64, fixed by the C++ standard
}

TEST(Random, BelowIsUniform) {
  Random random(7);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i) ++counts.at(random.below(6));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(3);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1.0, 0.02);
}

TEST(Random, BetweenReachesBothEnds) {
  Random random(5);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 200; ++i) {
    const auto value = random.between(-2, 2);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 2);
    low |= value == -2;
    high |= value == 2;
  }
  EXPECT_TRUE(low);
  EXPECT_TRUE(high);
}

}  // namespace
}  // namespace vqrom::base
