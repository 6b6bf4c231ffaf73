// SPDX-License-Identifier: Apache-2.0
// memory_replay — the memory side does again what it did from an equal state, as ComputeReplay.
#pragma once

#include <cstdint>

#include "sim/timing/memory_side.h"
#include "sim/timing/span_replay.h"

namespace vqrom::sim::timing {

// Its spans go from the end of a burst to the end of a burst; no instruction moves in them and
// compute is not concerned. Instructions and addresses are no part of a state, so far as they do
// not matter until one moves.
class MemoryReplay {
 public:
  explicit MemoryReplay(MemorySide& side) : side_(side), spans_(Counters::kMemorySide) {}

  // Off while somebody wants to know of each burst.
  void enable(bool on) { enabled_ = on; }

  // A span is known that begins in this cycle, which is not driven yet.
  bool enter();
  [[nodiscard]] bool active() const { return spans_.active(); }
  // As ComputeReplay.
  const Segment* next();
  void leave(std::int64_t cycles);
  void looked();
  void went(std::uint32_t events, std::int64_t cycles) { spans_.went(events, cycles); }
  void stop() { spans_.stop(); }

 private:
  // The state can be written down, and nothing comes from the registers.
  [[nodiscard]] bool applies() const;
  void restore(std::int64_t cycles);
  void repeat(std::int64_t cycles);

  MemorySide& side_;
  SpanReplay spans_;
  bool at_end_ = false;
  bool enabled_ = true;
  std::int64_t elapsed_ = 0;         // from enter() to the segment
  std::int64_t segment_cycles_ = 0;  // of the segment
};

}  // namespace vqrom::sim::timing
