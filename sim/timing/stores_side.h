// SPDX-License-Identifier: Apache-2.0
// stores_side — the storing side of the accelerator and of memory in a run.
#pragma once

#include <cstdint>

#include "sim/core/memory_timing.h"
#include "sim/timing/accelerator.h"
#include "sim/timing/busy_tally.h"
#include "sim/timing/side.h"

namespace vqrom::sim::timing {

class StoresSide {
 public:
  // `port` is both directions of memory.
  StoresSide(Accelerator& accelerator, MemoryTiming& memory, MemoryInputs& port, BusyTally& tally)
      : accelerator_(accelerator), memory_(memory), port_(port), tally_(tally) {}

  Side side;
  // Bursts are heard of in their cycles.
  void set_observed(bool observed) { observed_ = observed; }
  // Finds out what the side and memory do in a cycle.
  void look();
  // Before the edge of a cycle that it was looked at in.
  void end_look();
  // Counts the cycles that are not yet.
  void count();
  // Lets it pass the cycles that it was left alone.
  void settle();

 private:
  void take_request();
  [[nodiscard]] std::int64_t free_cycles();
  void advance(std::int64_t cycles);

  Accelerator& accelerator_;
  MemoryTiming& memory_;
  MemoryInputs& port_;
  BusyTally& tally_;
  bool observed_ = false;
  std::int64_t memory_steady_ = 1;  // cycles, this one included
  // The cycle, from 1, of those that it is left alone, in which a burst is answered, and the one
  // after it in which another is requested for that; 0: none.
  std::int64_t answer_in_ = 0, request_in_ = 0;
};

}  // namespace vqrom::sim::timing
