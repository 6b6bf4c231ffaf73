// SPDX-License-Identifier: Apache-2.0
#include "sw/base/requantise.h"

#include <cmath>

#include "sw/base/error.h"

namespace vqrom::base {

Multiplier make_multiplier(double factor) {
  VQROM_CHECK(std::isfinite(factor) && factor >= 0.0 && factor < 0x1p29, "factor is {}", factor);
  if (factor == 0.0) return {0, kSmallestShift};
  int exponent = 0;
  const double fraction = std::frexp(factor, &exponent);  // factor = fraction * 2^exponent
  auto multiplier = static_cast<std::int64_t>(std::llround(fraction * 0x1p31));
  int shift = 31 - exponent;
  if (multiplier == std::int64_t{1} << 31) {
    multiplier >>= 1;
    --shift;
  }
  if (shift > kLargestShift) {  // a tiny factor: keep the shift legal, lose low bits
    const int excess = shift - kLargestShift;
    multiplier = excess >= 32 ? 0 : rounding_shift(multiplier, excess);
    shift = kLargestShift;
  }
  return {static_cast<std::int32_t>(multiplier), static_cast<std::uint8_t>(shift)};
}

double value_of(const Multiplier& multiplier) {
  return std::ldexp(static_cast<double>(multiplier.multiplier), -multiplier.shift);
}

}  // namespace vqrom::base
