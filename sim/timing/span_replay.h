// SPDX-License-Identifier: Apache-2.0
// span_replay — where a side of the accelerator is in spans that are known, or in one that is
// recorded.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/timing/span_memo.h"

namespace vqrom::sim::timing {

class SpanReplay {
 public:
  explicit SpanReplay(const Counters::Groups& groups) : memo_(groups) {}

  // In a known span.
  [[nodiscard]] bool active() const { return active_; }
  // For the state in which something begins or ends; empty.
  [[nodiscard]] StateWriter& writer() {
    writer_.clear();
    return writer_;
  }
  // The state that was written begins: it ends what is recorded. True if what follows is known;
  // else it is recorded.
  bool enter();
  // Goes on to the next piece: cycles of the same events, or, if `whole`, a span as often as it
  // comes one time after the other. How many cycles it is; none: that is all that is known, and the
  // side is to be brought into the state restorer().
  std::int64_t next(bool whole);
  // Calls add(events, cycles) for the cycles of the piece from `from` up to, not including, `to`.
  template <typename Add>
  void each(std::int64_t from, std::int64_t to, Add add) const;
  // After so many cycles of the piece the side is to be brought into the state restorer(), and then
  // to pass as many cycles as are returned.
  std::int64_t leave(std::int64_t cycles);
  [[nodiscard]] StateRestorer restorer() const { return {memo_.bytes(place_), counters_}; }

  // What the side does that is looked at.
  [[nodiscard]] bool recording() const { return recording_; }
  void went(std::uint32_t events, std::int64_t cycles);
  // The recording ends in the state that was written.
  void close();
  void stop() { recording_ = false; }

 private:
  static constexpr std::int64_t kMostCycles = 1 << 14;
  static constexpr std::size_t kMostSegments = 256;

  void add(std::uint32_t to);
  bool follow();
  void pass(std::int64_t times);

  SpanMemo memo_;
  StateWriter writer_;

  bool active_ = false;
  std::uint32_t place_ = 0;  // the state in which the span began
  Counters counters_;
  const Span* span_ = nullptr;
  std::int64_t times_ = 0;     // that the piece has the span; 0: it is one of its segments
  std::uint32_t segment_ = 0;  // behind that one
  std::int64_t passed_ = 0;    // cycles of the span before it

  bool recording_ = false;
  std::uint32_t from_ = 0;
  Counters start_;
  std::int64_t cycles_ = 0;
  std::vector<Segment> segments_;
};

template <typename Add>
void SpanReplay::each(std::int64_t from, std::int64_t to, Add add) const {
  const std::span<const Segment> segments = memo_.segments(*span_);
  if (times_ == 0) return add(segments[segment_ - 1].events, to - from);
  // The spans that are whole, and what is left before and behind them.
  const std::int64_t first = from / span_->cycles;
  const std::int64_t last = to / span_->cycles;
  std::int64_t begin = 0;
  for (const Segment& segment : segments) {
    const auto of_span = [&](std::int64_t cycles) {
      return std::clamp<std::int64_t>(cycles - begin, 0, segment.cycles);
    };
    const std::int64_t cycles = (last - first) * segment.cycles + of_span(to % span_->cycles) -
                                of_span(from % span_->cycles);
    if (cycles > 0) add(segment.events, cycles);
    begin += segment.cycles;
  }
}

}  // namespace vqrom::sim::timing
