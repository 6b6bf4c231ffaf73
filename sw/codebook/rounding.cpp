// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/rounding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sw/base/error.h"
#include "sw/base/parallel.h"

namespace vqrom::codebook {
namespace {

// Ratios 1, 0.92, 0.92^2, … down to 0.07: even 2-bit elements clip less than that.
constexpr int kRatios = 32;
constexpr double kRatioStep = 0.92;
constexpr int kScaleUpdates = 20;

struct Fit {
  double error = std::numeric_limits<double>::infinity();
  double best_scale = 0.0;  // of least error for the same integers
};

Fit fit(std::span<const float> codewords, int dimension, std::span<const double> weights,
        const ElementGrid& grid) {
  double error = 0.0;
  double product = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i < codewords.size(); ++i) {
    const double weight = weights[i / dimension];
    const double value = codewords[i];
    const double integer = grid.round(value);
    const double difference = value - grid.scale * integer;
    error += weight * difference * difference;
    product += weight * value * integer;
    square += weight * integer * integer;
  }
  return {error, square > 0.0 ? product / square : grid.scale};
}

}  // namespace

std::int8_t ElementGrid::round(double value) const {
  const double limit = largest();
  const double clipped = std::clamp(value / scale, -limit, limit);
  if (integers == Integers::kOdd) {
    return static_cast<std::int8_t>(2.0 * std::floor(clipped / 2.0) + 1.0);
  }
  return static_cast<std::int8_t>(clipped + (clipped < 0.0 ? -0.5 : 0.5));
}

ElementGrid best_grid(std::span<const float> codewords, int dimension,
                      std::span<const double> weights, int bits, Integers integers) {
  double largest = 0.0;
  for (const float value : codewords) largest = std::max(largest, std::abs(double{value}));
  VQROM_CHECK(std::isfinite(largest), "largest codeword element is {}", largest);
  if (largest == 0.0) return {bits, 1.0, integers};
  std::vector<ElementGrid> grids(kRatios, ElementGrid{bits, 1.0, integers});
  std::vector<Fit> fits(kRatios);
  base::parallel_for(kRatios, 1, [&](std::int64_t ratio, std::int64_t) {
    ElementGrid& grid = grids[ratio];
    grid.scale = largest / grid.largest() * std::pow(kRatioStep, static_cast<double>(ratio));
    fits[ratio] = fit(codewords, dimension, weights, grid);
  });
  const auto best = std::min_element(fits.begin(), fits.end(),
                                     [](const Fit& a, const Fit& b) { return a.error < b.error; }) -
                    fits.begin();
  ElementGrid grid = grids[best];
  Fit found = fits[best];
  for (int i = 0; i < kScaleUpdates; ++i) {
    const ElementGrid better{bits, found.best_scale, integers};
    const Fit refitted = fit(codewords, dimension, weights, better);
    if (refitted.error >= found.error) break;
    grid = better;
    found = refitted;
  }
  return grid;
}

}  // namespace vqrom::codebook
