// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "sw/base/error.h"

namespace vqrom::codebook {

double scott_bandwidth(std::span<const float> samples, int dimension) {
  const auto count = samples.size() / static_cast<std::size_t>(dimension);
  std::vector<double> sums(static_cast<std::size_t>(dimension));
  std::vector<double> squares(sums.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    sums[i % sums.size()] += samples[i];
    squares[i % sums.size()] += double{samples[i]} * samples[i];
  }
  const auto n = static_cast<double>(count);
  double variance = 0.0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    variance += (squares[i] / n - sums[i] / n * (sums[i] / n)) / dimension;
  }
  return std::sqrt(std::max(variance, 0.0)) * std::pow(n, -1.0 / (dimension + 4));
}

KernelDensity::KernelDensity(std::span<const float> samples, int dimension, double bandwidth)
    : samples_(samples), dimension_(dimension), bandwidth_(bandwidth) {
  VQROM_CHECK(!samples.empty() && bandwidth >= 0.0, "{} samples, bandwidth {}", samples.size(),
              bandwidth);
}

void KernelDensity::draw(base::Random& random, std::vector<float>& to) const {
  const std::size_t first = random.below(samples_.size() / dimension_) * dimension_;
  for (int i = 0; i < dimension_; ++i) {
    to.push_back(static_cast<float>(samples_[first + i] + bandwidth_ * random.normal()));
  }
}

double KernelDensity::log_density(std::span<const float> x) const {
  const double exponent_scale = -0.5 / (bandwidth_ * bandwidth_);
  std::vector<double> exponents;
  exponents.reserve(samples_.size() / dimension_);
  for (std::size_t first = 0; first < samples_.size(); first += dimension_) {
    double distance = 0.0;
    for (int i = 0; i < dimension_; ++i) {
      const double difference = double{x[i]} - samples_[first + i];
      distance += difference * difference;
    }
    exponents.push_back(exponent_scale * distance);
  }
  const double largest = *std::max_element(exponents.begin(), exponents.end());
  double sum = 0.0;
  for (const double exponent : exponents) sum += std::exp(exponent - largest);
  return largest + std::log(sum / static_cast<double>(exponents.size())) -
         0.5 * dimension_ * std::log(2.0 * std::numbers::pi * bandwidth_ * bandwidth_);
}

}  // namespace vqrom::codebook
