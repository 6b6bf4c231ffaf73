// SPDX-License-Identifier: Apache-2.0
#include "sw/base/random.h"

#include <cmath>
#include <numbers>

#include "sw/base/error.h"

namespace vqrom::base {

std::uint64_t Random::below(std::uint64_t bound) {
  VQROM_CHECK(bound > 0, "below(0)");
  const std::uint64_t reject_below = (0 - bound) % bound;  // 2^64 mod bound
  std::uint64_t value = engine_();
  while (value < reject_below) value = engine_();
  return value % bound;
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  VQROM_CHECK(low <= high, "between({}, {})", low, high);
  const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + below(span));
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

}  // namespace vqrom::base
