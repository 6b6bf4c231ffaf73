// SPDX-License-Identifier: Apache-2.0
// span_replay — where a side of the accelerator is in spans that are known, or in one that is
// recorded.
#pragma once

#include <cstdint>
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
  // The next cycles, all of the same events; null: that is all that is known. The side is to be
  // brought into the state restorer() then.
  const Segment* next();
  // The state in which the span began, and the cycles since then to the segment of the last next().
  [[nodiscard]] StateRestorer restorer() const { return {memo_.bytes(place_), counters_}; }
  [[nodiscard]] std::int64_t passed() const { return passed_; }
  void leave() { active_ = false; }

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

  SpanMemo memo_;
  StateWriter writer_;

  bool active_ = false;
  std::uint32_t place_ = 0;  // the state in which the span began
  Counters counters_;
  const Span* span_ = nullptr;
  std::uint32_t segment_ = 0;  // the next one
  std::int64_t passed_ = 0;

  bool recording_ = false;
  std::uint32_t from_ = 0;
  Counters start_;
  std::int64_t cycles_ = 0;
  std::vector<Segment> segments_;
};

}  // namespace vqrom::sim::timing
