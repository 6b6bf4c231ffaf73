// SPDX-License-Identifier: Apache-2.0
// compute_replay — vq_compute does again what it did from an equal state, without being looked at.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/timing/accelerator.h"
#include "sim/timing/span_replay.h"

namespace vqrom::sim::timing {

// vq_compute knows nothing of memory: between the cycles in which it concerns or is concerned by
// something outside, its state decides all. Such a stretch, up to the end of a tile or a window,
// is a span; what a span does is remembered with the whole of the state that it began in.
//
// Before compute is looked at, enter(); afterwards, before the edge, looked(), and went() for each
// cycle. Once enter() says true the pieces of next() pass instead, until there is none or leave()
// is called.
//
// With banks nothing is repeated: there the indices decide, which no state holds.
class ComputeReplay {
 public:
  explicit ComputeReplay(Compute& compute)
      : compute_(compute), enabled_(!compute.is_banked()), spans_(Counters::kCompute) {}

  // A span is known that begins in this cycle.
  bool enter(const OfferedRun& offered);
  [[nodiscard]] bool active() const { return spans_.active(); }
  // The cycles of the next piece, all of the same events but reads of activations unless it may be
  // `whole` spans; none: that is all that is known, and compute is in its state again.
  std::int64_t next(bool whole);
  // Calls add(events, cycles) for a part of the piece, from cycle `from` up to `to`.
  template <typename Add>
  void each(std::int64_t from, std::int64_t to, Add add) const {
    spans_.each(from, to, add);
  }
  // Brings compute into its state `cycles` after the piece began.
  void leave(const OfferedRun& offered, std::int64_t cycles);
  // Activations that were read, padding aside, in spans that are over.
  std::int64_t take_reads() { return std::exchange(reads_, 0); }

  // A cycle was looked at.
  void looked(const OfferedRun& offered, const Compute::View& view);
  // So many cycles have these events.
  void went(std::uint32_t events, std::int64_t cycles) {
    spans_.went(events & ~event_bit(Event::kActReads), cycles);
  }
  // What compute does next is not recorded.
  void stop() { spans_.stop(); }
  // Cycles of all pieces so far.
  [[nodiscard]] std::int64_t repeated_cycles() const { return repeated_cycles_; }

 private:
  void write(const OfferedRun& offered);
  void restore();
  void repeat(const OfferedRun& offered, std::int64_t cycles);

  Compute& compute_;
  bool enabled_;
  SpanReplay spans_;
  bool at_end_ = true;    // of a span: another may begin
  bool offered_ = false;  // a RUN, in the span
  std::int64_t reads_ = 0;
  std::int64_t piece_ = 0;  // its cycles
  std::int64_t repeated_cycles_ = 0;
};

}  // namespace vqrom::sim::timing
