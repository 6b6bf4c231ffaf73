// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/lattice.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "sw/base/progress.h"
#include "sw/codebook/lloyd.h"
#include "sw/codebook/nearest.h"
#include "sw/codebook/structure.h"

namespace vqrom::codebook {
namespace {

constexpr unsigned kPatterns = 256;
constexpr unsigned kSets = 192;  // patterns of magnitudes 1 and 3; the others have one 5
constexpr int kSmallSet = 4;     // elements of a set that is always taken
constexpr int kLargestNormSets = 29;
constexpr unsigned kElements = kLatticeDimension;
constexpr int kScaleSteps = 20;

// The sets of magnitude 3, in the order of their patterns.
std::vector<unsigned> sets() {
  std::vector<unsigned> taken;
  unsigned spare = kSets;  // small sets that no pattern has as its number
  int large = 0;
  for (unsigned p = 0; p < kSets; ++p) {
    const int size = std::popcount(p);
    if (size <= kSmallSet || (size == kSmallSet + 1 && large < kLargestNormSets)) {
      large += size > kSmallSet ? 1 : 0;
      taken.push_back(p);
      continue;
    }
    while (std::popcount(spare) > kSmallSet) ++spare;
    taken.push_back(spare++);
  }
  return taken;
}

}  // namespace

std::vector<std::uint8_t> lattice_levels() {
  std::vector<std::uint8_t> levels;
  levels.reserve(std::size_t{kPatterns} * kElements);
  for (const unsigned set : sets()) {
    for (unsigned e = 0; e < kElements; ++e) levels.push_back(set >> e & 1U);
  }
  for (unsigned p = 0; p < kPatterns - kSets; ++p) {
    for (unsigned e = 0; e < kElements; ++e) {
      levels.push_back(e == p / kElements ? 2 : e == p % kElements ? 1 : 0);
    }
  }
  return levels;
}

double best_scale(std::span<const float> samples, int dimension,
                  std::span<const std::int8_t> elements) {
  const std::int64_t count = std::ssize(samples) / dimension;
  const std::int64_t used = std::min(count, kScaleSamples);
  std::vector<float> some;
  for (std::int64_t i = 0; i < used; ++i) {
    const auto sample = samples.subspan(i * count / used * dimension, dimension);
    some.insert(some.end(), sample.begin(), sample.end());
  }
  double power = 0.0;
  for (const std::int8_t element : elements) power += static_cast<double>(element * element);
  double sample_power = 0.0;
  for (const float value : some) sample_power += double{value} * value;
  // At equal power the codewords' RMS is the samples'; the best scale is not far from that.
  const double equal = std::sqrt(sample_power / static_cast<double>(some.size()) /
                                 (power / static_cast<double>(elements.size())));
  if (!(equal > 0.0)) return 1.0;
  base::Progress progress("searching the lattice's scale", kScaleSteps + 2);
  std::vector<float> values(elements.size());
  const auto error = [&](double scale) {
    std::ranges::transform(elements, values.begin(), [&](std::int8_t element) {
      return static_cast<float>(scale * element);
    });
    const NearestSearch search(values, static_cast<int>(std::ssize(elements) / dimension),
                               dimension);
    progress.advance();
    return mean_squared_error(some, values, dimension, search.find(some));
  };
  double low = 0.4 * equal;
  double high = 2.0 * equal;
  const double golden = 1.0 / std::numbers::phi;
  double a = high - golden * (high - low);
  double b = low + golden * (high - low);
  double error_a = error(a);
  double error_b = error(b);
  for (int step = 0; step < kScaleSteps; ++step) {
    if (error_a <= error_b) {
      high = b;
      b = a;
      error_b = error_a;
      a = high - golden * (high - low);
      error_a = error(a);
    } else {
      low = a;
      a = b;
      error_a = error_b;
      b = low + golden * (high - low);
      error_b = error(b);
    }
  }
  return error_a <= error_b ? a : b;
}

}  // namespace vqrom::codebook
