// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/constructions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sw/base/error.h"
#include "sw/base/random.h"
#include "sw/codebook/density.h"
#include "sw/codebook/lloyd.h"
#include "sw/codebook/nearest.h"
#include "sw/codebook/rounding.h"

namespace vqrom::codebook {
namespace {

constexpr int kLatticeDimension = 8;
constexpr int kLatticeEntries = 65536;
constexpr int kPatterns = 256;
constexpr int kPatternBits = 2;  // one of three values
constexpr int kLatticeElementBits = 5;
constexpr std::int64_t kScaleSamples = 4096;  // that choose the lattice's scale
constexpr int kScaleSteps = 24;

using Pattern = std::array<int, kLatticeDimension>;  // in halves: 1, 3 or 5

int squared_norm(const Pattern& pattern) {  // in quarters
  int sum = 0;
  for (const int value : pattern) sum += value * value;
  return sum;
}

// The absolute values of Z^8 + 1/2 up to squared norm 10, all 227, and the first 29 of norm 12.
std::vector<Pattern> lattice_patterns() {
  std::vector<Pattern> within;
  std::vector<Pattern> beyond;
  for (int code = 0; code < 6561; ++code) {  // 3^8
    Pattern pattern{};
    int rest = code;
    for (int& value : pattern) {
      value = 1 + 2 * (rest % 3);
      rest /= 3;
    }
    if (squared_norm(pattern) <= 40) within.push_back(pattern);
    if (squared_norm(pattern) == 48) beyond.push_back(pattern);
  }
  const auto missing = kPatterns - std::ssize(within);
  within.insert(within.end(), beyond.begin(), beyond.begin() + missing);
  return within;
}

// Signs by seven bits, the eighth making the sum of coordinates even; then a quarter up or down.
void append_lattice_words(const Pattern& pattern, std::vector<std::int8_t>& elements) {
  for (int signs = 0; signs < 128; ++signs) {
    std::array<int, kLatticeDimension> halves{};
    int sum = 0;
    for (int i = 0; i < kLatticeDimension; ++i) {
      halves[i] = (signs >> i & 1) != 0 ? -pattern[i] : pattern[i];
      sum += halves[i];
    }
    // `sum` halves are sum / 2; flipping an odd number of halves moves it by an odd number.
    if ((sum / 2) % 2 != 0) halves[kLatticeDimension - 1] *= -1;
    for (const int quarter : {1, -1}) {
      for (const int half : halves) {
        elements.push_back(static_cast<std::int8_t>(2 * half + quarter));
      }
    }
  }
}

std::vector<float> scaled(const std::vector<std::int8_t>& elements, double scale) {
  std::vector<float> values;
  values.reserve(elements.size());
  for (const std::int8_t element : elements) values.push_back(static_cast<float>(scale * element));
  return values;
}

[[noreturn]] void refuse(const std::string& message) {
  throw base::UserError("codebook.construction", "--construction", message);
}

}  // namespace

std::string_view name_of(Construction construction) {
  switch (construction) {
    case Construction::kTable:
      return "table";
    case Construction::kSignSplit:
      return "sign-split";
    case Construction::kLattice:
      return "lattice";
  }
  return "";
}

std::int64_t stored_bits(Construction construction, const Codebook& codebook) {
  switch (construction) {
    case Construction::kTable:
      break;
    case Construction::kSignSplit:
      return std::int64_t{codebook.entries >> codebook.dimension} * codebook.dimension *
             (codebook.element_bits - 1);
    case Construction::kLattice:
      return std::int64_t{kPatterns} * kLatticeDimension * kPatternBits;
  }
  return codebook.rom_bits();
}

Codebook sign_split_codebook(std::span<const float> samples, int entries, int dimension,
                             int element_bits, int iterations, std::uint64_t seed) {
  const int signs = 1 << dimension;
  if (entries % signs != 0) {
    refuse(
        fmt::format("sign-split needs --entries that are a multiple of 2^dimension ({}); they "
                    "are {}",
                    signs, entries));
  }
  std::vector<float> magnitudes(samples.begin(), samples.end());
  for (float& value : magnitudes) value = std::abs(value);
  base::Random random(seed);
  const KernelDensity density(magnitudes, dimension, scott_bandwidth(magnitudes, dimension));
  std::vector<float> drawn;
  for (int word = 0; word < entries / signs; ++word) density.draw(random, drawn);
  for (float& value : drawn) value = std::abs(value);
  LloydSettings lloyd;
  lloyd.iterations = iterations;
  lloyd.what = "refining magnitudes";
  Refinement refinement = refine(magnitudes, dimension, std::move(drawn), lloyd);
  lloyd.grid = best_grid(refinement.codewords, dimension, refinement.members, element_bits);
  refinement = refine(magnitudes, dimension, std::move(refinement.codewords), lloyd);

  Codebook codebook;
  codebook.entries = entries;
  codebook.dimension = dimension;
  codebook.element_bits = element_bits;
  codebook.element_scale = lloyd.grid->scale;
  for (int entry = 0; entry < entries; ++entry) {
    for (int i = 0; i < dimension; ++i) {
      const auto at = static_cast<std::size_t>((entry >> dimension) * dimension + i);
      const int magnitude = lloyd.grid->round(refinement.codewords[at]);
      codebook.elements.push_back(
          static_cast<std::int8_t>((entry >> i & 1) != 0 ? -magnitude : magnitude));
    }
  }
  return codebook;
}

Codebook lattice_codebook(std::span<const float> samples, int entries, int dimension) {
  if (entries != kLatticeEntries || dimension != kLatticeDimension) {
    refuse(
        fmt::format("the lattice has {} codewords of {} elements; --entries is {}, --dimension "
                    "{}",
                    kLatticeEntries, kLatticeDimension, entries, dimension));
  }
  Codebook codebook;
  codebook.entries = entries;
  codebook.dimension = dimension;
  codebook.element_bits = kLatticeElementBits;
  for (const Pattern& pattern : lattice_patterns())
    append_lattice_words(pattern, codebook.elements);
  const std::int64_t count = std::ssize(samples) / dimension;
  const std::int64_t stride = std::max<std::int64_t>(1, count / kScaleSamples);
  std::vector<float> few;
  for (std::int64_t s = 0; s < count; s += stride) {
    const auto sample = samples.subspan(static_cast<std::size_t>(s * dimension),
                                        static_cast<std::size_t>(dimension));
    few.insert(few.end(), sample.begin(), sample.end());
  }
  double least = std::numeric_limits<double>::infinity();
  for (int step = 0; step < kScaleSteps; ++step) {
    const double scale = 0.15 + 0.01 * step;  // RMS 1 is about 4 quarters
    const std::vector<float> codewords = scaled(codebook.elements, scale);
    const double error = mean_squared_error(few, codewords, dimension,
                                            NearestSearch(codewords, entries, dimension).find(few));
    if (error >= least) continue;
    least = error;
    codebook.element_scale = scale;
  }
  return codebook;
}

}  // namespace vqrom::codebook
