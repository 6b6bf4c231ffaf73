// SPDX-License-Identifier: Apache-2.0
// rounding_test — the element scale is the best one, not the safe one.
#include "sw/codebook/rounding.h"

#include <cmath>

#include <gtest/gtest.h>

#include "sw/base/random.h"
#include "sw/codebook/theory.h"

namespace vqrom::codebook {
namespace {

double error_of(const std::vector<float>& values, const ElementGrid& grid) {
  double sum = 0.0;
  for (const float value : values) sum += std::pow(value - grid.scale * grid.round(value), 2);
  return sum / static_cast<double>(values.size());
}

TEST(ElementGrid, RoundsToTheNearestAndClipsSymmetrically) {
  const ElementGrid grid{4, 0.5};
  EXPECT_EQ(grid.largest(), 7);
  EXPECT_EQ(grid.round(0.24), 0);
  EXPECT_EQ(grid.round(0.26), 1);
  EXPECT_EQ(grid.round(-0.26), -1);
  EXPECT_EQ(grid.round(100.0), 7);
  EXPECT_EQ(grid.round(-100.0), -7);
}

TEST(BestGrid, IsExactWhereTheCodewordsAreOnAGrid) {
  const std::vector<float> codewords{0.25F, -0.5F, 1.75F, 0.0F};
  const std::vector<double> weights{1.0, 1.0};
  const ElementGrid grid = best_grid(codewords, 2, weights, 4);
  EXPECT_NEAR(grid.scale, 0.25, 1e-12);
}

TEST(BestGrid, TakesCodewordsThatAreAllZero) {
  EXPECT_EQ(best_grid(std::vector<float>(4), 2, std::vector<double>{1.0, 1.0}, 8).round(0.0), 0);
}

// The best quantiser of N(0,1) with 3 levels, which is uniform, has .1902 (Max 1960, table I).
TEST(BestGrid, IsNearTheBestUniformQuantiserOfAGaussian) {
  base::Random random(1);
  std::vector<float> codewords(100'000);
  for (float& value : codewords) value = static_cast<float>(random.normal());
  const std::vector<double> weights(codewords.size() / 4, 1.0);
  EXPECT_NEAR(error_of(codewords, best_grid(codewords, 4, weights, 2)), 0.190, 0.003);
  for (const int bits : {3, 4, 6, 8}) {
    const ElementGrid grid = best_grid(codewords, 4, weights, bits);
    const double error = error_of(codewords, grid);
    EXPECT_LT(error, error_of(codewords, {bits, grid.scale * 1.05})) << bits;
    EXPECT_LT(error, error_of(codewords, {bits, grid.scale * 0.95})) << bits;
    EXPECT_GT(error, lloyd_max_mse(bits)) << bits;
  }
}

TEST(BestGrid, CaresForCodewordsByTheirWeight) {
  const std::vector<float> codewords{1.0F, 10.0F};
  EXPECT_NEAR(best_grid(codewords, 1, std::vector<double>{1.0, 1.0}, 2).scale, 10.0, 1e-6);
  EXPECT_NEAR(best_grid(codewords, 1, std::vector<double>{1e6, 1.0}, 2).scale, 1.0, 1e-4);
}

}  // namespace
}  // namespace vqrom::codebook
