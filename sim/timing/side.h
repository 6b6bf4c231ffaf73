// SPDX-License-Identifier: Apache-2.0
// side — how far a side of the accelerator has been left alone.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

// Cycles that a side goes on as in the last one that it was looked at, and has been left alone.
struct Side {
  std::int64_t left = 0;
  std::int64_t lag = 0;
  std::int64_t uncounted = 0;  // up to now; the one that it was looked at in may be one of them

  void pass(std::int64_t cycles) {
    left -= cycles;
    lag += cycles;
    uncounted += cycles;
  }
  // The one that it is looked at in ends, and `free` more go like it.
  void restart(std::int64_t free) { *this = {free, 0, 1}; }
};

}  // namespace vqrom::sim::timing
