// SPDX-License-Identifier: Apache-2.0
// density — Gaussian-kernel density estimate of sub-vectors, from which codewords are drawn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sw/base/random.h"

namespace vqrom::codebook {

// Scott's rule for an isotropic kernel (Scott 1992): h = sigma * n^(-1/(d+4)), sigma^2 being the
// mean variance of the dimensions. samples [n][d].
[[nodiscard]] double scott_bandwidth(std::span<const float> samples, int dimension);

// p(x) = 1/n * sum over samples of N(x; sample, h^2 I). Keeps a view of the samples.
class KernelDensity {
 public:
  // samples [n][d], n > 0; bandwidth >= 0, where 0 draws the samples themselves.
  KernelDensity(std::span<const float> samples, int dimension, double bandwidth);

  // One draw of d values, appended to `to`: a sample chosen evenly, plus h times a normal vector.
  void draw(base::Random& random, std::vector<float>& to) const;
  // log p(x), x [d]; the bandwidth must be positive.
  [[nodiscard]] double log_density(std::span<const float> x) const;

  [[nodiscard]] double bandwidth() const { return bandwidth_; }

 private:
  std::span<const float> samples_;
  int dimension_;
  double bandwidth_;
};

}  // namespace vqrom::codebook
