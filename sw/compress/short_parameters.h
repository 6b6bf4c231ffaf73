// SPDX-License-Identifier: Apache-2.0
// short_parameters — a layer's biases and factors in 16 bits each, for a smaller file.
#pragma once

#include <cstdint>

#include "sw/base/requantise.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::compress {

inline constexpr int kShortFactorBits = 10;  // of a multiplier that are kept; 6 bits of shift
inline constexpr int kLargestBiasShift = 16;

// Rounds every bias to a multiple of 2^bias_shift, with the least shift at which 16 bits hold them
// all, and every multiplier to its leading 10 bits (a relative error of 2^-10 at most).
void shorten(QConv& conv);

// Whether 16 bits hold these exactly.
[[nodiscard]] bool is_short(std::int32_t bias, int bias_shift);
[[nodiscard]] bool is_short(const base::Multiplier& factor);

// Bits 9 … 0: the multiplier over 2^21; bits 15 … 10: the shift.
[[nodiscard]] std::uint16_t short_factor(const base::Multiplier& factor);
[[nodiscard]] base::Multiplier factor_of(std::uint16_t bits);

}  // namespace vqrom::compress
