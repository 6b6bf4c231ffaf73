// SPDX-License-Identifier: Apache-2.0
// schedule_test — where rates and frozen shares begin and end.
#include "sw/train/schedule.h"

#include <gtest/gtest.h>

namespace vqrom::train {
namespace {

TEST(Schedule, FreezesNothingBeforeItsBeginningAndAllFromItsEnd) {
  const Schedule schedule{0.0, 0.2, 0.7};
  EXPECT_FALSE(schedule.may_freeze(0.1999));
  EXPECT_TRUE(schedule.may_freeze(0.2));
  EXPECT_EQ(schedule.frozen_share(0.2), 0.0);
  EXPECT_LT(schedule.frozen_share(0.6999), 1.0);
  EXPECT_EQ(schedule.frozen_share(0.7), 1.0);
  EXPECT_NEAR(schedule.frozen_share(0.45), 0.75, 1e-12);
}

TEST(Schedule, RatesRiseToTheWholeAndFallToZero) {
  const Schedule schedule{0.1, 0.2, 0.7};
  EXPECT_EQ(schedule.rate(0.0), 0.0);
  EXPECT_NEAR(schedule.rate(0.05), 0.5, 1e-12);
  EXPECT_NEAR(schedule.rate(0.1), 1.0, 1e-12);
  EXPECT_NEAR(schedule.rate(0.55), 0.5, 1e-12);
  EXPECT_NEAR(schedule.rate(1.0), 0.0, 1e-12);
}

}  // namespace
}  // namespace vqrom::train
