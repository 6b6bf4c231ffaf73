// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/compute_replay.h"

#include <algorithm>

namespace vqrom::sim::timing {
namespace {

#if defined(__x86_64__)
static_assert(sizeof(Compute) == 864,
              "a new register of vq_compute? It belongs into its block's "
              "state(), or repeated spans miss it; then change this size");
#endif

}  // namespace

void ComputeReplay::write(const OfferedRun& offered) {
  // What compute sees of a RUN that it does not take.
  std::uint8_t seen = 0;
  if (offered.valid) {
    const bool array = offered.shape->operation == kArray;
    const bool add = offered.shape->operation == kAdd;
    const bool no_parameters = add || (array && !offered.run->first);
    seen = static_cast<std::uint8_t>(1 | (array ? 2 : 0) | (add ? 4 : 0) | (no_parameters ? 8 : 0));
  }
  StateWriter& writer = spans_.writer();
  writer(seen);
  compute_.state(writer);
}

bool ComputeReplay::enter(const OfferedRun& offered) {
  if (offered.valid != offered_) spans_.stop();
  if (!enabled_ || !at_end_) return false;
  at_end_ = false;
  offered_ = offered.valid;
  write(offered);
  return spans_.enter();
}

std::int64_t ComputeReplay::next(bool whole) {
  repeated_cycles_ += piece_;
  piece_ = spans_.next(whole);
  if (piece_ == 0) {
    restore();
    at_end_ = true;
  }
  return piece_;
}

void ComputeReplay::restore() {
  StateRestorer restorer = spans_.restorer();
  std::uint8_t seen = 0;
  restorer(seen);
  const std::int64_t before = compute_.vectors_left();
  compute_.state(restorer);
  reads_ += before - compute_.vectors_left() - restorer.pads;
}

void ComputeReplay::leave(const OfferedRun& offered, std::int64_t cycles) {
  repeated_cycles_ += cycles;
  piece_ = 0;
  const std::int64_t more = spans_.leave(cycles);
  restore();
  repeat(offered, more);
}

void ComputeReplay::repeat(const OfferedRun& offered, std::int64_t cycles) {
  Compute::View view;
  while (cycles > 0) {
    compute_.look(offered_, *offered.shape, *offered.run, view);
    if (view.goes && !view.pad) ++reads_;
    const std::int64_t steady = std::clamp<std::int64_t>(compute_.steady_cycles(view), 1, cycles);
    compute_.edge(offered_, *offered.shape, *offered.run, view);
    if (steady > 1) {
      const std::int64_t pads = compute_.advance(view, steady - 1);
      if (view.goes) reads_ += steady - 1 - pads;
    }
    cycles -= steady;
  }
}

void ComputeReplay::looked(const OfferedRun& offered, const Compute::View& view) {
  if (compute_.interacts(view)) {
    if (spans_.recording()) {
      write(offered);
      spans_.close();
    }
    at_end_ = true;
  } else if (compute_.ends_piece(view)) {
    at_end_ = true;
  }
}

}  // namespace vqrom::sim::timing
