// SPDX-License-Identifier: Apache-2.0
// density_test — the estimate integrates to one and draws follow it.
#include "sw/codebook/density.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace vqrom::codebook {
namespace {

TEST(ScottBandwidth, FollowsTheRule) {
  // Two dimensions of variance 1 and 9, 16 samples: sqrt(5) * 16^(-1/6).
  std::vector<float> samples;
  for (int i = 0; i < 16; ++i) {
    samples.push_back(i % 2 == 0 ? 1.0F : -1.0F);
    samples.push_back(i % 4 < 2 ? 13.0F : 7.0F);
  }
  EXPECT_NEAR(scott_bandwidth(samples, 2), std::sqrt(5.0) * std::pow(16.0, -1.0 / 6.0), 1e-12);
}

TEST(KernelDensity, IsTheMeanOfItsKernels) {
  const std::vector<float> samples{0, 0, 3, 4};
  const KernelDensity density(samples, 2, 2.0);
  const std::array<float, 2> x{0, 0};
  const double kernel = 1.0 / (2.0 * M_PI * 4.0);
  EXPECT_NEAR(std::exp(density.log_density(x)), 0.5 * kernel * (1.0 + std::exp(-25.0 / 8.0)),
              1e-12);
}

TEST(KernelDensity, FarFromAllSamplesIsSmallButFinite) {
  const std::vector<float> samples{0, 1};
  const std::array<float, 1> x{1000};
  const KernelDensity density(samples, 1, 0.5);
  EXPECT_NEAR(density.log_density(x),
              -0.5 * 999.0 * 999.0 / 0.25 - std::log(2.0) - 0.5 * std::log(2 * M_PI * 0.25), 1e-6);
}

// Chi-squared test of 20,000 draws against the integral of exp(log_density) over 40 bins.
TEST(KernelDensity, DrawsFollowTheDensity) {
  const std::vector<float> samples{-2.0F, -1.5F, 0.0F, 1.0F, 3.0F};
  const KernelDensity density(samples, 1, 0.5);
  constexpr int kBins = 40;
  constexpr int kDraws = 20'000;
  constexpr double kLow = -3.4;
  constexpr double kWidth = 7.8 / kBins;
  std::array<double, kBins> expected{};
  constexpr int kSteps = 20;
  for (int step = 0; step < kBins * kSteps; ++step) {
    const std::array<float, 1> x{static_cast<float>(kLow + (step + 0.5) * kWidth / kSteps)};
    expected[step / kSteps] += kDraws * std::exp(density.log_density(x)) * kWidth / kSteps;
  }
  base::Random random(1);
  std::vector<float> draws;
  for (int i = 0; i < kDraws; ++i) density.draw(random, draws);
  std::array<int, kBins> counts{};
  for (const float draw : draws) {
    const auto bin = static_cast<int>(std::floor((draw - kLow) / kWidth));
    if (bin >= 0 && bin < kBins) ++counts[bin];
  }
  double chi_squared = 0.0;
  for (int bin = 0; bin < kBins; ++bin) {
    ASSERT_GT(expected[bin], 1.0);
    chi_squared += std::pow(counts[bin] - expected[bin], 2) / expected[bin];
  }
  EXPECT_LT(chi_squared, 73.4);  // exceeded by chance once in 1,000 (40 degrees of freedom)
}

TEST(KernelDensity, DrawsHaveTheCovarianceOfSamplesPlusKernel) {
  base::Random random(2);
  std::vector<float> samples;
  for (int i = 0; i < 2000; ++i) {
    const double shared = random.normal();
    samples.push_back(static_cast<float>(shared));
    samples.push_back(static_cast<float>(0.6 * shared + 0.8 * random.normal()));
  }
  const auto covariance = [](const std::vector<float>& x) {
    std::array<double, 3> sums{};
    for (std::size_t i = 0; i < x.size(); i += 2) {
      sums[0] += x[i] * x[i];
      sums[1] += x[i] * x[i + 1];
      sums[2] += x[i + 1] * x[i + 1];
    }
    for (double& sum : sums) sum /= static_cast<double>(x.size()) / 2.0;
    return sums;
  };
  const KernelDensity density(samples, 2, 0.5);
  std::vector<float> draws;
  for (int i = 0; i < 50'000; ++i) density.draw(random, draws);
  const auto of_samples = covariance(samples);
  const auto of_draws = covariance(draws);
  EXPECT_NEAR(of_draws[0], of_samples[0] + 0.25, 0.03);
  EXPECT_NEAR(of_draws[1], of_samples[1], 0.03);
  EXPECT_NEAR(of_draws[2], of_samples[2] + 0.25, 0.03);
}

}  // namespace
}  // namespace vqrom::codebook
