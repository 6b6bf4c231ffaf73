// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/theory.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "sw/base/error.h"

namespace vqrom::codebook {
namespace {

// Above this rate Panter and Dite's high-rate formula is within 0.1 %, and Lloyd's method slow.
constexpr int kLargestIteratedBits = 10;
constexpr int kIterations = 2000;
constexpr double kConverged = 1e-10;

double upper_tail(double x) {
  return 0.5 * std::erfc(x / std::numbers::sqrt2);
}

double density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
}

// The positive half of the levels that are optimal at a high rate: N(0, 3) compands N(0, 1).
std::vector<double> companded_levels(int half) {
  std::vector<double> levels;
  for (int i = 0; i < half; ++i) {
    const double tail = 0.5 - (i + 0.5) / (2.0 * half);
    levels.push_back(std::sqrt(6.0) * boost::math::erfc_inv(2.0 * tail));
  }
  return levels;
}

// Moves each level to the centroid of its cell; returns the error of the cells with the new levels.
double lloyd_step(std::vector<double>& levels) {
  double explained = 0.0;  // variance of the levels, which the centroid condition takes from 1
  double tail = 0.5;
  double edge_density = density(0.0);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const bool last = i + 1 == levels.size();
    const double edge = last ? 0.0 : 0.5 * (levels[i] + levels[i + 1]);
    const double next_tail = last ? 0.0 : upper_tail(edge);
    const double next_density = last ? 0.0 : density(edge);
    const double probability = tail - next_tail;
    const double moment = edge_density - next_density;
    explained += 2.0 * moment * moment / probability;
    levels[i] = moment / probability;
    tail = next_tail;
    edge_density = next_density;
  }
  return 1.0 - explained;
}

}  // namespace

double shannon_mse(double bits) {
  return std::exp2(-2.0 * bits);
}

double lloyd_max_mse(int bits) {
  VQROM_CHECK(bits >= 0 && bits <= kLargestRateBits, "{} bits", bits);
  if (bits == 0) return 1.0;
  if (bits > kLargestIteratedBits) {
    return std::sqrt(3.0) * std::numbers::pi / 2.0 * shannon_mse(bits);
  }
  std::vector<double> levels = companded_levels(1 << (bits - 1));
  double error = 1.0;
  for (int i = 0; i < kIterations; ++i) {
    const double before = std::exchange(error, lloyd_step(levels));
    if (std::abs(before - error) < kConverged * error) break;
  }
  return error;
}

double lloyd_max_mse_at(double bits) {
  const int low = std::clamp(static_cast<int>(bits), 0, kLargestRateBits - 1);
  const double part = bits - low;
  return std::exp((1.0 - part) * std::log(lloyd_max_mse(low)) +
                  part * std::log(lloyd_max_mse(low + 1)));
}

}  // namespace vqrom::codebook
