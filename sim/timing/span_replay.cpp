// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/span_replay.h"

namespace vqrom::sim::timing {

bool SpanReplay::enter() {
  if (!writer_.fits() || memo_.full()) {
    recording_ = false;
    return false;
  }
  place_ = memo_.number(writer_);
  counters_ = writer_.counters();
  add(place_);
  active_ = follow();
  if (active_) return true;
  recording_ = true;
  from_ = place_;
  start_ = counters_;
  cycles_ = 0;
  segments_.clear();
  return false;
}

void SpanReplay::close() {
  if (writer_.fits() && recording_ && cycles_ > 0) add(memo_.number(writer_));
  recording_ = false;
}

void SpanReplay::add(std::uint32_t to) {
  const bool whole = recording_ && segments_.size() <= kMostSegments;
  recording_ = false;
  if (!whole || cycles_ == 0 || cycles_ > kMostCycles) return;
  memo_.add(from_, start_, to, writer_.counters(), segments_);
}

bool SpanReplay::follow() {
  span_ = memo_.find(place_, counters_);
  times_ = segment_ = 0;
  passed_ = 0;
  return span_ != nullptr;
}

void SpanReplay::pass(std::int64_t times) {
  if (times == 0) return;
  memo_.pass(*span_, times, counters_);
  place_ = span_->to;
}

std::int64_t SpanReplay::next(bool whole) {
  if (times_ > 0 || segment_ == span_->segments) {
    pass(std::max<std::int64_t>(times_, 1));
    active_ = follow();
    if (!active_) return 0;
  }
  if (whole) {
    times_ = memo_.times(*span_, counters_);
    return times_ * span_->cycles;
  }
  const std::span<const Segment> segments = memo_.segments(*span_);
  if (segment_ > 0) passed_ += segments[segment_ - 1].cycles;
  return segments[segment_++].cycles;
}

std::int64_t SpanReplay::leave(std::int64_t cycles) {
  active_ = false;
  if (times_ == 0) return passed_ + cycles;
  pass(cycles / span_->cycles);
  return cycles % span_->cycles;
}

void SpanReplay::went(std::uint32_t events, std::int64_t cycles) {
  if (!recording_ || cycles == 0) return;
  cycles_ += cycles;
  if (!segments_.empty() && segments_.back().events == events) {
    segments_.back().cycles += static_cast<std::int32_t>(cycles);
  } else if (segments_.size() <= kMostSegments) {
    segments_.push_back({events, static_cast<std::int32_t>(cycles)});
  }
}

}  // namespace vqrom::sim::timing
