// SPDX-License-Identifier: Apache-2.0
// checked — integer conversions that cannot lose a value unnoticed.
#pragma once

#include <cstdint>
#include <utility>

#include "sw/base/error.h"

namespace vqrom::base {

// Converts between integer types; aborts when the value does not fit (our bug, not the user's).
template <typename To, typename From>
[[nodiscard]] constexpr To checked_cast(From value) {
  VQROM_CHECK(std::in_range<To>(value), "value {} does not fit the target type", value);
  return static_cast<To>(value);
}

// Smallest n with 2^n >= value; 0 for value <= 1.
[[nodiscard]] constexpr int ceil_log2(std::uint64_t value) {
  int bits = 0;
  while (bits < 64 && (std::uint64_t{1} << bits) < value) ++bits;
  return bits;
}

[[nodiscard]] constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

}  // namespace vqrom::base
