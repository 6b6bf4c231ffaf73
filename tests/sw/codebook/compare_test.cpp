// SPDX-License-Identifier: Apache-2.0
// compare_test — the kinds of codebook side by side, on a Gaussian source.
#include "sw/codebook/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/random.h"

namespace vqrom::codebook {
namespace {

TEST(Compare, OrdersTheWaysAsTheoryDoes) {
  base::Random random(5);
  NetworkVectors network;
  network.network = "gaussian";
  network.vectors.resize(6000 * 4);
  for (float& value : network.vectors) value = static_cast<float>(random.normal());
  network.layer_counts = {4000, 2000};
  BuildSettings settings;
  settings.refine = 15;
  const auto rows = compare(std::span(&network, 1), settings);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[2].way, "sign_split");
  const auto error = [&](std::size_t row) { return rows[row].errors[0]; };
  EXPECT_LT(error(1), error(2));  // Lloyd, sign_split
  EXPECT_LT(error(2), error(0));  // drawn
  EXPECT_LT(error(3), error(1));  // a codebook a layer
  EXPECT_EQ(rows[1].rom_bits, 256 * 4 * 8);
  EXPECT_EQ(rows[2].rom_bits, 16 * 4 * 2);  // 2 bits of level an element
  EXPECT_EQ(rows[3].rom_bits, 2 * 256 * 4 * 8);
}

}  // namespace
}  // namespace vqrom::codebook
