// SPDX-License-Identifier: Apache-2.0
// requantise — the one integer rounding of vqrom, as docs/theory/numerics.md defines it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace vqrom::base {

// A positive real factor as multiplier * 2^-shift.
struct Multiplier {
  std::int32_t multiplier = 0;  // 0 … 2^31-1; 2^30 and more unless the factor is 0 or tiny
  std::uint8_t shift = 1;       // 1 … 62

  friend bool operator==(const Multiplier&, const Multiplier&) = default;
};

inline constexpr int kSmallestShift = 1;
inline constexpr int kLargestShift = 62;

// The nearest Multiplier to `factor` in [0, 2^29). Error bound: 2^-31 relative for factors of
// 2^-32 and more. Aborts outside that interval (callers check the user's values).
[[nodiscard]] Multiplier make_multiplier(double factor);
[[nodiscard]] double value_of(const Multiplier& multiplier);

// floor(value * 2^-shift + 1/2): round to nearest, ties towards plus infinity.
[[nodiscard]] constexpr std::int64_t rounding_shift(std::int64_t value, int shift) {
  return (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

// The int8 output code of one accumulator:
//   clamp(zero_point + rounding_shift(acc * multiplier, shift), low, high).
[[nodiscard]] constexpr std::int8_t requantise(std::int32_t acc, const Multiplier& factor,
                                               std::int32_t zero_point, std::int32_t low,
                                               std::int32_t high) {
  const std::int64_t scaled =
      rounding_shift(std::int64_t{acc} * factor.multiplier, factor.shift) + zero_point;
  return static_cast<std::int8_t>(
      std::clamp<std::int64_t>(scaled, std::int64_t{low}, std::int64_t{high}));
}

}  // namespace vqrom::base
