// SPDX-License-Identifier: Apache-2.0
// nearest_test — the fast search gives what comparing every distance gives, on any machine.
#include "sw/codebook/nearest.h"

#include <algorithm>
#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "sw/base/parallel.h"
#include "sw/base/random.h"

namespace vqrom::codebook {
namespace {

constexpr std::array kInstructions{Instructions::kBaseline, Instructions::kAvx2,
                                   Instructions::kAvx512};

std::vector<float> normal_values(std::int64_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

// Small integers: every score is exact and ties are frequent.
std::vector<float> integer_values(std::int64_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.between(-2, 2));
  return values;
}

double squared_distance(const float* a, const float* b, int dimension) {
  double sum = 0.0;
  for (int i = 0; i < dimension; ++i) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
  return sum;
}

std::int32_t brute_force(const std::vector<float>& codewords, int dimension, const float* x) {
  double least = std::numeric_limits<double>::infinity();
  std::int32_t best = 0;
  const auto entries = static_cast<std::int32_t>(std::ssize(codewords) / dimension);
  for (std::int32_t c = 0; c < entries; ++c) {
    const double distance = squared_distance(x, codewords.data() + c * dimension, dimension);
    if (distance >= least) continue;
    least = distance;
    best = c;
  }
  return best;
}

class NearestSearchOf : public testing::TestWithParam<int> {};  // the dimension

TEST_P(NearestSearchOf, EqualsBruteForceWithTiesToTheSmallerIndex) {
  const int dimension = GetParam();
  // Around the block of codewords, the tile of sub-vectors and the chunk of tiles.
  for (const int entries : {1, 2, 31, 32, 33, 300}) {
    for (const int count : {0, 1, 63, 64, 65, 257}) {
      const auto codewords = integer_values(std::int64_t{entries} * dimension, 17);
      const auto x = integer_values(std::int64_t{count} * dimension, 18);
      const auto found = NearestSearch(codewords, entries, dimension).find(x);
      ASSERT_EQ(std::ssize(found), count);
      for (int s = 0; s < count; ++s) {
        ASSERT_EQ(found[s], brute_force(codewords, dimension, x.data() + s * dimension))
            << entries << " codewords, sub-vector " << s << " of " << count;
      }
    }
  }
}

TEST_P(NearestSearchOf, GivesTheSameIndicesWithAllInstructions) {
  const int dimension = GetParam();
  const int entries = 700;
  const auto codewords = normal_values(std::int64_t{entries} * dimension, 1);
  const auto x = normal_values(1000 * dimension, 2);
  const auto expected =
      NearestSearch(codewords, entries, dimension, Instructions::kBaseline).find(x);
  for (const Instructions instructions : kInstructions) {
    if (!machine_has(instructions)) continue;
    EXPECT_EQ(NearestSearch(codewords, entries, dimension, instructions).find(x), expected);
  }
}

TEST_P(NearestSearchOf, GivesTheNearestOfSeveralInOrder) {
  const int dimension = GetParam();
  for (const int entries : {5, 33, 300}) {
    const int count = 70;
    const auto codewords = integer_values(std::int64_t{entries} * dimension, 19);
    const auto x = integer_values(std::int64_t{count} * dimension, 20);
    for (const int nearest : {2, 5}) {
      const auto found = NearestSearch(codewords, entries, dimension).find(x, nearest);
      ASSERT_EQ(std::ssize(found), count * nearest);
      for (int s = 0; s < count; ++s) {
        std::vector<std::pair<double, std::int32_t>> all;
        for (int c = 0; c < entries; ++c) {
          all.emplace_back(squared_distance(x.data() + s * dimension,
                                            codewords.data() + c * dimension, dimension),
                           c);
        }
        std::sort(all.begin(), all.end());
        for (int m = 0; m < nearest; ++m) {
          ASSERT_EQ(found[s * nearest + m], all[m].second)
              << entries << " codewords, sub-vector " << s << ", place " << m;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Dimension, NearestSearchOf, testing::Range(1, 17));

TEST(NearestSearch, IsAsNearAsDoublePrecisionOnRealNumbers) {
  const int entries = 4096;
  const int dimension = 8;
  const auto codewords = normal_values(entries * dimension, 3);
  const auto x = normal_values(500 * dimension, 4);
  const auto found = NearestSearch(codewords, entries, dimension).find(x);
  for (int s = 0; s < 500; ++s) {
    const float* sub_vector = x.data() + s * dimension;
    const auto best = brute_force(codewords, dimension, sub_vector);
    const auto distance = [&](std::int32_t c) {
      return squared_distance(sub_vector, codewords.data() + c * dimension, dimension);
    };
    EXPECT_LE(distance(found[s]), distance(best) + 1e-5);
  }
}

TEST(NearestSearch, DoesNotDependOnTheNumberOfThreads) {
  const auto codewords = normal_values(1000 * 4, 5);
  const auto x = normal_values(5000 * 4, 6);
  const NearestSearch search(codewords, 1000, 4);
  const auto expected = search.find(x);
  for (const int threads : {1, 3}) {
    const base::ThreadLimit limit(threads);
    EXPECT_EQ(search.find(x), expected);
  }
}

}  // namespace
}  // namespace vqrom::codebook
