// SPDX-License-Identifier: Apache-2.0
#include "sw/base/requantise.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "sw/base/random.h"

namespace vqrom::base {
namespace {

TEST(RoundingShift, RoundsTiesTowardsPlusInfinity) {
  EXPECT_EQ(rounding_shift(3, 1), 2);    //  1.5
  EXPECT_EQ(rounding_shift(-3, 1), -1);  // -1.5
  EXPECT_EQ(rounding_shift(-5, 2), -1);  // -1.25
  EXPECT_EQ(rounding_shift(-6, 2), -1);  // -1.5
  EXPECT_EQ(rounding_shift(-7, 2), -2);  // -1.75
}

TEST(MakeMultiplier, IsAsExactAs31BitsAllow) {
  Random random(11);
  for (int i = 0; i < 10000; ++i) {
    const double factor = std::exp2(random.uniform(-31.0, 28.0));
    const Multiplier m = make_multiplier(factor);
    EXPECT_GE(m.multiplier, 1 << 30);
    EXPECT_NEAR(value_of(m) / factor, 1.0, 0x1p-31);
  }
}

TEST(MakeMultiplier, KeepsTinyFactorsLegal) {
  EXPECT_EQ(make_multiplier(0.0), (Multiplier{0, 1}));
  const Multiplier tiny = make_multiplier(0x1p-50);
  EXPECT_EQ(tiny.shift, kLargestShift);
  EXPECT_EQ(tiny.multiplier, 1 << 12);
  EXPECT_EQ(make_multiplier(0x1p-200).multiplier, 0);
}

TEST(MakeMultiplier, DoesNotOverflowWhenTheFractionRoundsUpToOne) {
  EXPECT_EQ(make_multiplier(std::nextafter(1.0, 0.0)), (Multiplier{1 << 30, 30}));
}

TEST(Requantise, ClampsAtBothEndsAndAtExtremes) {
  const Multiplier half{1 << 30, 31};
  EXPECT_EQ(requantise(10, half, 3, -128, 127), 8);
  EXPECT_EQ(requantise(-1000, half, 0, -128, 127), -128);
  EXPECT_EQ(requantise(-1000, half, -5, -5, 127), -5);
  constexpr auto kLowest = std::numeric_limits<std::int32_t>::min();
  const Multiplier largest{std::numeric_limits<std::int32_t>::max(), 1};
  EXPECT_EQ(requantise(kLowest, largest, 0, -128, 127), -128);
  const Multiplier slowest{std::numeric_limits<std::int32_t>::max(), kLargestShift};
  EXPECT_EQ(requantise(kLowest, slowest, 0, -128, 127), -1);
}

}  // namespace
}  // namespace vqrom::base
