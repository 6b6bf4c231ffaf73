// SPDX-License-Identifier: Apache-2.0
// busy_tally — counts the events of an accelerator's sides apart, while a program runs.
#pragma once

#include <cstdint>

#include "sim/core/event_counts.h"

namespace vqrom::sim::timing {

class BusyTally {
 public:
  // What the accelerator is up to: Accelerator::context(), in the cycles that are counted next.
  [[nodiscard]] std::uint32_t context() const { return context_; }
  [[nodiscard]] bool busy() const { return context_ != 0; }
  void set_context(std::uint32_t context) { context_ = context; }

  // Cycles of the whole of it but for memory: each cycle is counted here once, and put down to its
  // cause.
  void add_compute(std::uint32_t events, std::int64_t cycles) {
    if (busy()) tally_.add(context_ | events, cycles);
  }
  // What memory gives and takes in them.
  void add_memory(std::uint32_t events, std::int64_t cycles) {
    if (!busy()) return;
    tally_.add(events, cycles);
    const bool waits = (context_ & event_bit(Event::kRunWaitLoads)) != 0;
    if (waits && (events & event_bit(Event::kLoadCodebook)) != 0) tally_.add_codebook_waits(cycles);
  }
  // More of an event that is no cause.
  void add(Event event, std::int64_t count) { tally_.add(event, count); }
  // All events of one cycle.
  void add_cycle(std::uint32_t events) { tally_.add(events); }
  // What was counted since the last call.
  [[nodiscard]] CycleCounts take() { return tally_.take(); }

 private:
  std::uint32_t context_ = 0;
  CycleTally tally_;
};

}  // namespace vqrom::sim::timing
