// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/compute_replay.h"

#include <algorithm>

namespace vqrom::sim::timing {

std::uint32_t ComputeReplay::state(const OfferedRun& offered) {
  writer_.clear();
  // What compute sees of a RUN that it does not take.
  std::uint8_t seen = 0;
  if (offered.valid) {
    const bool array = offered.shape->operation == kArray;
    const bool add = offered.shape->operation == kAdd;
    const bool no_parameters = add || (array && !offered.run->first);
    seen = static_cast<std::uint8_t>(1 | (array ? 2 : 0) | (add ? 4 : 0) | (no_parameters ? 8 : 0));
  }
  writer_(seen);
  compute_.state(writer_);
  return memo_.number(writer_);
}

bool ComputeReplay::enter(const OfferedRun& offered) {
  if (recording_ && offered.valid != offered_) recording_ = false;
  if (!at_end_) return false;
  at_end_ = false;
  if (memo_.full()) {
    recording_ = false;
    return false;
  }
  place_ = state(offered);
  counters_ = writer_.counters();
  if (recording_) close_recording(place_);
  offered_ = offered.valid;
  if (follow()) {
    active_ = true;
    return true;
  }
  recording_ = true;
  from_ = place_;
  start_ = counters_;
  cycles_ = 0;
  segments_.clear();
  return false;
}

void ComputeReplay::close_recording(std::uint32_t to) {
  recording_ = false;
  if (cycles_ == 0 || cycles_ > kMostCycles || segments_.size() > kMostSegments) return;
  memo_.add(from_, start_, to, writer_.counters(), segments_);
}

bool ComputeReplay::follow() {
  span_ = memo_.find(place_, counters_);
  segment_ = 0;
  passed_ = 0;
  return span_ != nullptr;
}

const Segment* ComputeReplay::next() {
  const std::span<const Segment> segments = memo_.segments(*span_);
  if (segment_ > 0) passed_ += segments[segment_ - 1].cycles;
  if (segment_ < segments.size()) return &segments[segment_++];
  SpanMemo::pass(*span_, counters_);
  place_ = span_->to;
  if (!follow()) {
    restore();
    at_end_ = true;
    return nullptr;
  }
  return &memo_.segments(*span_)[segment_++];
}

void ComputeReplay::restore() {
  active_ = false;
  StateRestorer restorer(memo_.bytes(place_), counters_);
  std::uint8_t seen = 0;
  restorer(seen);
  const std::int64_t before = compute_.vectors_left();
  compute_.state(restorer);
  reads_ += before - compute_.vectors_left() - restorer.pads;
}

void ComputeReplay::leave(const OfferedRun& offered, std::int64_t cycles) {
  restore();
  repeat(offered, passed_ + cycles);
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
    if (recording_ && cycles_ > 0) close_recording(state(offered));
    recording_ = false;
    at_end_ = true;
  } else if (compute_.ends_piece(view)) {
    at_end_ = true;
  }
}

void ComputeReplay::went(std::uint32_t events, std::int64_t cycles) {
  if (!recording_ || cycles == 0) return;
  events &= ~event_bit(Event::kActReads);
  cycles_ += cycles;
  if (!segments_.empty() && segments_.back().events == events) {
    segments_.back().cycles += static_cast<std::int32_t>(cycles);
  } else if (segments_.size() <= kMostSegments) {
    segments_.push_back({events, static_cast<std::int32_t>(cycles)});
  }
}

}  // namespace vqrom::sim::timing
