// SPDX-License-Identifier: Apache-2.0
#include "sim/core/stall_pattern.h"

#include <array>

#include "sw/base/interrupt.h"

namespace vqrom::sim {
namespace {

constexpr std::array<unsigned, 4> kDensities{0, 1, 4, 7};
constexpr std::uint64_t kLongestPhase = 64;
constexpr int kBitsPerDraw = 3;
constexpr std::int64_t kInterruptCycles = std::int64_t{1} << 20;

}  // namespace

bool StallPattern::next() {
  if (!active_) return false;
  if (phase_cycles_ == 0) {
    phase_cycles_ = static_cast<int>(1 + random_.below(kLongestPhase));
    eighths_ = kDensities[random_.below(kDensities.size())];
  }
  --phase_cycles_;
  if (bits_left_ < kBitsPerDraw) {
    bits_ = random_.bits();
    bits_left_ = 64;
  }
  const auto draw = static_cast<unsigned>(bits_ & 7U);
  bits_ >>= kBitsPerDraw;
  bits_left_ -= kBitsPerDraw;
  return draw < eighths_;
}

void StallPattern::skip(std::int64_t cycles) {
  if (!active_) return;
  for (std::int64_t i = 0; i < cycles; ++i) {
    if (i % kInterruptCycles == 0) base::check_interrupt();
    (void)next();
  }
}

}  // namespace vqrom::sim
