// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/short_parameters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace vqrom::compress {
namespace {

constexpr int kDropped = 31 - kShortFactorBits;  // low bits of a multiplier

constexpr std::int64_t kLargestShortBias = std::numeric_limits<std::int16_t>::max();

std::int64_t rounded(std::int32_t bias, int shift) {
  return std::llround(std::ldexp(bias, -shift));
}

base::Multiplier shortened(const base::Multiplier& factor) {
  std::int64_t leading = std::llround(std::ldexp(factor.multiplier, -kDropped));
  std::uint8_t shift = factor.shift;
  if (leading == 1 << kShortFactorBits) {  // rounded up to the next power of two
    if (shift > base::kSmallestShift) {
      leading /= 2;
      --shift;
    } else {
      --leading;
    }
  }
  return {static_cast<std::int32_t>(leading << kDropped), shift};
}

}  // namespace

bool is_short(std::int32_t bias, int bias_shift) {
  const std::int64_t value = rounded(bias, bias_shift);
  return value << bias_shift == bias && std::in_range<std::int16_t>(value);
}

bool is_short(const base::Multiplier& factor) {
  return factor.multiplier % (1 << kDropped) == 0;
}

std::uint16_t short_factor(const base::Multiplier& factor) {
  return static_cast<std::uint16_t>((factor.multiplier >> kDropped) |
                                    (factor.shift << kShortFactorBits));
}

base::Multiplier factor_of(std::uint16_t bits) {
  return {(bits & ((1 << kShortFactorBits) - 1)) << kDropped,
          static_cast<std::uint8_t>(bits >> kShortFactorBits)};
}

void shorten(QConv& conv) {
  int shift = 0;
  const auto fits = [&](std::int32_t bias) {
    return std::in_range<std::int16_t>(rounded(bias, shift));
  };
  while (shift < kLargestBiasShift && !std::ranges::all_of(conv.bias, fits)) ++shift;
  for (std::int32_t& bias : conv.bias) {
    const std::int64_t value = std::min(rounded(bias, shift), kLargestShortBias);
    bias = static_cast<std::int32_t>(value * (std::int64_t{1} << shift));
  }
  conv.bias_shift = shift;
  for (base::Multiplier& factor : conv.multipliers) factor = shortened(factor);
}

}  // namespace vqrom::compress
