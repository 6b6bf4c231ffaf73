// SPDX-License-Identifier: Apache-2.0
// reads_side — the reading side of the accelerator and of memory in a run.
#pragma once

#include <cstdint>

#include "sim/core/memory_timing.h"
#include "sim/timing/accelerator.h"
#include "sim/timing/busy_tally.h"
#include "sim/timing/side.h"

namespace vqrom::sim::timing {

class ReadsSide {
 public:
  // `port` is both directions of memory.
  ReadsSide(Accelerator& accelerator, MemoryTiming& memory, MemoryInputs& port, BusyTally& tally)
      : accelerator_(accelerator), memory_(memory), port_(port), tally_(tally) {}

  Side side;
  // Each burst is to be seen in its cycle.
  void set_observed(bool observed) { observed_ = observed; }
  // Takes a burst from a stream of them in this cycle, if that is all that happens. False: the side
  // has to be looked at.
  bool stream();
  // Finds out what the side and memory do in a cycle.
  void look();
  // Before the edge of a cycle that it was looked at in; the other sides too, as far as they are.
  void end_look();
  // Counts the cycles that are not yet.
  void count();
  // Lets it pass the cycles that it was left alone. True if the last of them took a burst's last
  // word.
  bool settle();

 private:
  // A cycle of a stream: a request, and the first word of the burst requested before it.
  void pass_streamed();
  // Cycles that a stream goes on after one of them, whole bursts with it, as far as is known now.
  [[nodiscard]] std::int64_t stream_cycles() const;
  // Lets cycles pass; true if the last one took a burst's last word.
  bool advance(std::int64_t cycles);
  void take_request();
  [[nodiscard]] std::int64_t free_cycles() const;

  Accelerator& accelerator_;
  MemoryTiming& memory_;
  MemoryInputs& port_;
  BusyTally& tally_;
  std::int64_t memory_steady_ = 1;  // cycles, this one included
  bool observed_ = false;
  bool streams_ = false;  // in the cycles that it is left alone
};

}  // namespace vqrom::sim::timing
