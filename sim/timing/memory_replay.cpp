// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/memory_replay.h"

#include <algorithm>

namespace vqrom::sim::timing {

bool MemoryReplay::applies() const {
  return enabled_ && side_.memory().never_pauses() && side_.accelerator().csr().rests();
}

bool MemoryReplay::enter() {
  if (!at_end_) return false;
  at_end_ = false;
  if (!applies()) {
    spans_.stop();
    return false;
  }
  side_.accelerator().look_control();
  StateWriter& writer = spans_.writer();
  side_.accelerator().memory_side_state(writer);
  side_.memory().state(writer);
  elapsed_ = segment_cycles_ = 0;
  return spans_.enter();
}

const Segment* MemoryReplay::next() {
  elapsed_ += segment_cycles_;
  const Segment* segment = spans_.next();
  if (segment == nullptr) {
    restore(elapsed_);
    at_end_ = true;
    return nullptr;
  }
  segment_cycles_ = segment->cycles;
  return segment;
}

void MemoryReplay::restore(std::int64_t cycles) {
  StateRestorer restorer = spans_.restorer();
  side_.accelerator().memory_side_state(restorer);
  side_.memory().skip(cycles);
  side_.memory().state(restorer);
}

void MemoryReplay::leave(std::int64_t cycles) {
  spans_.leave();
  restore(elapsed_ - spans_.passed());
  repeat(spans_.passed() + cycles);
}

void MemoryReplay::repeat(std::int64_t cycles) {
  while (cycles > 0) {
    side_.look();
    side_.take_requests();
    const std::int64_t steady = std::min(side_.steady_cycles(), cycles);
    side_.accelerator().edge_memory_side(side_.port());
    if (steady > 1) side_.advance(steady - 1);
    cycles -= steady;
  }
}

void MemoryReplay::looked() {
  if (!applies() || side_.accelerator().memory_side_interacts()) spans_.stop();
  if (side_.accelerator().memory_side_ends_burst(side_.port())) at_end_ = true;
}

}  // namespace vqrom::sim::timing
