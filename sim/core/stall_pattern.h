// SPDX-License-Identifier: Apache-2.0
// stall_pattern — when the far end of a stream pauses: never, or at random from a seed.
#pragma once

#include <cstdint>

#include "sw/base/random.h"

namespace vqrom::sim {

// A random pattern goes through phases of 1 … 64 cycles, each with its own density of pauses:
// none (back to back), one in eight, half, seven in eight. So full speed, single bubbles and long
// waits all occur, and so do the changes between them.
class StallPattern {
 public:
  StallPattern() : random_(0) {}  // never
  static StallPattern random(std::uint64_t seed) { return StallPattern(seed); }

  // Whether to pause in this cycle; call once a cycle.
  [[nodiscard]] bool next();
  // As so many calls of next(); may be interrupted. Errors: base::Interrupted.
  void skip(std::int64_t cycles);

 private:
  explicit StallPattern(std::uint64_t seed) : active_(true), random_(seed) {}

  bool active_ = false;
  base::Random random_;
  int phase_cycles_ = 0;
  unsigned eighths_ = 0;  // of the cycles of this phase are pauses
  std::uint64_t bits_ = 0;
  int bits_left_ = 0;
};

}  // namespace vqrom::sim
