// SPDX-License-Identifier: Apache-2.0
// compute_replay — vq_compute does again what it did from an equal state, without being looked at.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/timing/accelerator.h"
#include "sim/timing/span_memo.h"

namespace vqrom::sim::timing {

// vq_compute knows nothing of memory: between the cycles in which it concerns or is concerned by
// something outside, its state decides all. Such a stretch, up to the end of a tile or a window,
// is a span; what a span does is remembered with the whole of the state that it began in.
//
// Before compute is looked at, enter(); afterwards, before the edge, looked() and went(). Once
// enter() says true the segments of next() pass instead, until there is none or leave() is called.
class ComputeReplay {
 public:
  explicit ComputeReplay(Compute& compute) : compute_(compute) {}


  // A span is known that begins in this cycle.
  bool enter(const OfferedRun& offered);
  [[nodiscard]] bool active() const { return active_; }
  // The next cycles, all of the same events but reads of activations; null: that is all that is
  // known, and compute is in its state again.
  const Segment* next();
  // Brings compute into its state `cycles` after the last segment of next() began.
  void leave(const OfferedRun& offered, std::int64_t cycles);
  // Activations that were read, padding aside, in spans that were left.
  std::int64_t take_reads() { return std::exchange(reads_, 0); }

  // A cycle was looked at.
  void looked(const OfferedRun& offered, const Compute::View& view);
  // So many cycles, of which it was the first, go like it.
  void went(std::uint32_t events, std::int64_t cycles);
  // A run ends: what compute does next is not recorded.
  void stop() { recording_ = false; }

 private:
  static constexpr std::int64_t kMostCycles = 1 << 14;
  static constexpr std::size_t kMostSegments = 256;

  std::uint32_t state(const OfferedRun& offered);
  void close_recording(std::uint32_t to);
  bool follow();
  void restore();
  void repeat(const OfferedRun& offered, std::int64_t cycles);

  Compute& compute_;
  SpanMemo memo_;
  StateWriter writer_;
  bool at_end_ = true;  // of a span: another may begin

  // Where compute is, if it is in a span.
  bool active_ = false;
  std::uint32_t place_ = 0;  // the state in which the span began
  Counters counters_;
  bool offered_ = false;  // a RUN; in the span that is recorded, too
  const Span* span_ = nullptr;
  std::uint32_t segment_ = 0;
  std::int64_t passed_ = 0;   // cycles of the span before the segment
  std::int64_t reads_ = 0;

  // A span that is not known yet.
  bool recording_ = false;
  std::uint32_t from_ = 0;
  Counters start_;
  std::int64_t cycles_ = 0;
  std::vector<Segment> segments_;
};

}  // namespace vqrom::sim::timing
