// SPDX-License-Identifier: Apache-2.0
// theory_test — the bars agree with the published tables.
#include "sw/codebook/theory.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vqrom::codebook {
namespace {

TEST(ShannonMse, FallsByFourABit) {
  EXPECT_DOUBLE_EQ(shannon_mse(0), 1.0);
  EXPECT_DOUBLE_EQ(shannon_mse(2), 0.0625);
  EXPECT_DOUBLE_EQ(shannon_mse(3), 0.015625);
}

TEST(LloydMaxMse, AgreesWithMaxsTable) {  // Max 1960, table I
  EXPECT_DOUBLE_EQ(lloyd_max_mse(0), 1.0);
  EXPECT_NEAR(lloyd_max_mse(1), 0.3634, 0.0001);
  EXPECT_NEAR(lloyd_max_mse(2), 0.1175, 0.0001);
  EXPECT_NEAR(lloyd_max_mse(3), 0.03454, 0.00001);
  EXPECT_NEAR(lloyd_max_mse(4), 0.009497, 0.00001);
  EXPECT_NEAR(lloyd_max_mse(5), 0.002499, 0.00001);
}

TEST(LloydMaxMse, HasNoJumpWhereItChangesToTheHighRateFormula) {
  for (int bits = 8; bits < 14; ++bits) {
    EXPECT_NEAR(lloyd_max_mse(bits) / lloyd_max_mse(bits + 1), 4.0, 0.02) << bits;
  }
}

TEST(LloydMaxMseAt, InterpolatesTheLogarithm) {
  EXPECT_NEAR(lloyd_max_mse_at(2.0), lloyd_max_mse(2), 1e-12);
  EXPECT_NEAR(lloyd_max_mse_at(1.5), std::sqrt(lloyd_max_mse(1) * lloyd_max_mse(2)), 1e-12);
  EXPECT_NEAR(lloyd_max_mse_at(16.0), lloyd_max_mse(16), 1e-15);
}

}  // namespace
}  // namespace vqrom::codebook
