// SPDX-License-Identifier: Apache-2.0
// compute_side — vq_compute in a run: looked at, left alone, or repeating what it did.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/timing/accelerator.h"
#include "sim/timing/busy_tally.h"
#include "sim/timing/compute_replay.h"
#include "sim/timing/side.h"

namespace vqrom::sim::timing {

class ComputeSide {
 public:
  ComputeSide(Accelerator& accelerator, BusyTally& tally)
      : accelerator_(accelerator), tally_(tally), replay_(accelerator.compute()) {}

  Side side;
  // The events of each cycle are asked for.
  void set_observed(bool observed) { observed_ = observed; }
  // Before a cycle: goes on with what repeats.
  void begin_cycle() {
    if (side.left == 0 && replay_.active()) next_piece();
  }
  // In a cycle that it does not pass alone. True if it is looked at; false if it repeats something.
  bool look();
  void end_cycle(bool looked);
  // Counts the cycles that are not yet.
  void count();
  // Lets it pass the cycles that it was left alone.
  void settle();
  // What it does next is not to be repeated.
  void stop() { replay_.stop(); }
  // Cycles so far in which it repeated something.
  [[nodiscard]] std::int64_t repeated_cycles() const { return replay_.repeated_cycles(); }

 private:
  void next_piece();

  Accelerator& accelerator_;
  BusyTally& tally_;
  ComputeReplay replay_;
  bool observed_ = false;
};

}  // namespace vqrom::sim::timing
