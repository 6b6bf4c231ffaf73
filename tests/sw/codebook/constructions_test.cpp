// SPDX-License-Identifier: Apache-2.0
// constructions_test — signs and lattice: what they store, and what they reach on a Gaussian.
#include "sw/codebook/constructions.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/base/random.h"
#include "sw/codebook/compare.h"
#include "sw/codebook/lloyd.h"
#include "sw/codebook/nearest.h"

namespace vqrom::codebook {
namespace {

using testing::HasSubstr;

std::vector<float> normal_values(std::int64_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

double error_of(const Codebook& codebook, const std::vector<float>& samples) {
  std::vector<float> codewords;
  for (const std::int8_t element : codebook.elements) {
    codewords.push_back(static_cast<float>(codebook.element_scale * element));
  }
  const NearestSearch search(codewords, codebook.entries, codebook.dimension);
  return mean_squared_error(samples, codewords, codebook.dimension, search.find(samples));
}

TEST(SignSplit, TakesTheSignsFromTheIndex) {
  const Codebook codebook = sign_split_codebook(normal_values(4000 * 4, 1), 256, 4, 8, 50, 1);
  ASSERT_EQ(std::ssize(codebook.elements), 256 * 4);
  for (int entry = 0; entry < 256; ++entry) {
    for (int i = 0; i < 4; ++i) {
      const int element = codebook.elements[static_cast<std::size_t>(entry * 4 + i)];
      const int magnitude = codebook.elements[static_cast<std::size_t>((entry & ~15) * 4 + i)];
      EXPECT_GE(magnitude, 0);
      EXPECT_EQ(element, (entry >> i & 1) != 0 ? -magnitude : magnitude);
    }
  }
  EXPECT_EQ(stored_bits(Construction::kSignSplit, codebook), 16 * 4 * 7);
  // 16 magnitudes x 4 of a Gaussian: .102 at 2 bits a weight, Shannon's bound is .0625.
  EXPECT_NEAR(error_of(codebook, normal_values(4000 * 4, 2)), 0.102, 0.005);
}

TEST(SignSplit, RefusesEntriesThatAreNoMultipleOfTheSigns) {
  try {
    (void)sign_split_codebook(normal_values(400, 1), 250, 4, 8, 5, 1);
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("error[codebook.construction]"));
    EXPECT_THAT(error.what(), HasSubstr("a multiple of 2^dimension (16); they are 250"));
  }
}

TEST(Lattice, HasDifferentCodewordsOfEvenSumAroundTheQuarters) {
  const std::vector<float> samples = normal_values(2000 * 8, 3);
  const Codebook codebook = lattice_codebook(samples, 65536, 8);
  std::set<std::vector<std::int8_t>> different;
  for (auto at = codebook.elements.begin(); at != codebook.elements.end(); at += 8) {
    const std::vector<std::int8_t> word(at, at + 8);
    different.insert(word);
    // Minus a quarter or plus a quarter, all coordinates are odd halves, their sum is even.
    int fits = 0;
    for (const int quarter : {1, -1}) {
      int sum = 0;
      bool odd = true;
      for (const std::int8_t element : word) {
        odd &= (element - quarter) % 4 != 0;
        sum += (element - quarter) / 2;
      }
      fits += odd && sum % 4 == 0 ? 1 : 0;
    }
    ASSERT_GE(fits, 1);
  }
  EXPECT_EQ(different.size(), 65536u);
  EXPECT_NEAR(error_of(codebook, normal_values(2000 * 8, 4)), 0.0904, 0.003);
}

TEST(Lattice, HasOneSizeOnly) {
  try {
    (void)lattice_codebook(normal_values(400, 1), 256, 4);
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("65536 codewords of 8 elements; --entries is 256"));
  }
}

TEST(Compare, OrdersTheWaysAsTheoryDoes) {
  NetworkVectors network;
  network.network = "gaussian";
  network.vectors = normal_values(6000 * 4, 5);
  network.layer_counts = {4000, 2000};
  BuildSettings settings;
  settings.refine = 15;
  const auto rows = compare(std::span(&network, 1), settings);
  ASSERT_EQ(rows.size(), 4u);
  const auto error = [&](std::size_t row) { return rows[row].errors[0]; };
  EXPECT_LT(error(1), error(2));  // Lloyd, sign-split
  EXPECT_LT(error(2), error(0));  // drawn
  EXPECT_LT(error(3), error(1));  // a codebook a layer
  EXPECT_EQ(rows[1].rom_bits, 256 * 4 * 8);
  EXPECT_EQ(rows[2].rom_bits, 16 * 4 * 7);
  EXPECT_EQ(rows[3].rom_bits, 2 * 256 * 4 * 8);
}

}  // namespace
}  // namespace vqrom::codebook
