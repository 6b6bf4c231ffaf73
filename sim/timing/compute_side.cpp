// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/compute_side.h"

#include <utility>

namespace vqrom::sim::timing {
namespace {

// Activations that are read are counted when it is known how many were padding.
std::uint32_t counted_at_once(std::uint32_t events) {
  return events & ~event_bit(Event::kActReads);
}

}  // namespace

bool ComputeSide::look() {
  settle();
  if (replay_.enter(accelerator_.offered())) {
    next_piece();
    return false;
  }
  accelerator_.look_compute();
  replay_.looked(accelerator_.offered(), accelerator_.compute_view());
  replay_.went(accelerator_.compute_view().events, 1);
  return true;
}

void ComputeSide::end_cycle(bool looked) {
  if (!looked) return side.pass(1);
  tally_.add_compute(accelerator_.compute_view().events, 1);
  side.left = std::max<std::int64_t>(accelerator_.compute_steady_cycles(), 1) - 1;
}

void ComputeSide::count() {
  const std::int64_t cycles = std::exchange(side.uncounted, 0);
  if (cycles == 0) return;
  const auto add = [this](std::uint32_t events, std::int64_t of_them) {
    tally_.add_compute(counted_at_once(events), of_them);
  };
  if (replay_.active()) {
    replay_.each(side.lag - cycles, side.lag, add);
  } else {
    add(accelerator_.compute_view().events, cycles);
  }
}

void ComputeSide::settle() {
  count();
  const std::int64_t lag = std::exchange(side, {}).lag;
  if (replay_.active()) {
    replay_.leave(accelerator_.offered(), lag);
    tally_.add(Event::kActReads, replay_.take_reads());
  } else if (lag > 0) {
    const std::int64_t pads = accelerator_.advance_compute(lag);
    if (accelerator_.vector_goes()) tally_.add(Event::kActReads, lag - pads);
    replay_.went(accelerator_.compute_view().events, lag);
  }
}

void ComputeSide::next_piece() {
  count();
  side = {};
  side.left = replay_.next(!observed_);
  if (side.left == 0) return tally_.add(Event::kActReads, replay_.take_reads());
  std::uint32_t events = 0;  // nobody looks at them
  if (observed_) {
    replay_.each(0, 1, [&](std::uint32_t each, std::int64_t) { events = each; });
  }
  accelerator_.repeat_compute(events);
}

}  // namespace vqrom::sim::timing
