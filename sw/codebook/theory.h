// SPDX-License-Identifier: Apache-2.0
// theory — what mean squared error a rate allows for a unit Gaussian source: the bars to print.
#pragma once

namespace vqrom::codebook {

inline constexpr int kLargestRateBits = 16;

// Shannon's distortion-rate function of N(0,1): 2^(-2R), R in bits a weight. No code is below it.
[[nodiscard]] double shannon_mse(double bits);

// The best scalar quantiser of N(0,1) with 2^bits levels (Lloyd 1957, Max 1960), within 0.1 %.
// bits is 0 … kLargestRateBits.
[[nodiscard]] double lloyd_max_mse(int bits);

// The same at a fractional rate: interpolated in the logarithm between whole bits.
[[nodiscard]] double lloyd_max_mse_at(double bits);

}  // namespace vqrom::codebook
