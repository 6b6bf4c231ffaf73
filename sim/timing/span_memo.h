// SPDX-License-Identifier: Apache-2.0
// span_memo — stretches of cycles that vq_compute has gone through: what it did, and where to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/timing/state.h"

namespace vqrom::sim::timing {

// Cycles with the same events.
struct Segment {
  std::uint32_t events = 0;
  std::int32_t cycles = 0;
};

// Cycles from a state to a state in which nothing outside was concerned.
struct Span {
  std::uint32_t to = 0;
  std::uint32_t other = 0;  // another span from the same state; 0: none
  std::uint32_t first_segment = 0;
  std::uint32_t segments = 0;
  std::int64_t cycles = 0;
  bool loops = false;  // its end is its start, but for counters that stayed above 0
  // By counter: it stayed above 0, so that its value did not matter; else the value that it had to
  // have at the start, and has at the end.
  std::uint32_t far = 0;
  Counters start;
  Counters end;
  std::array<std::int64_t, Counters::kMostGroups> used{};  // steps, by group
};

// A span is the same again from an equal state if each counter is as it was, or was and is so far
// from 0 that it cannot matter before the span's end.
class SpanMemo {
 public:
  explicit SpanMemo(const Counters::Groups& groups);

  // The number of a state, from 1.
  std::uint32_t number(const StateWriter& state);
  [[nodiscard]] const std::uint8_t* bytes(std::uint32_t state) const {
    return bytes_.data() + states_[state].at;
  }
  // The one that begins now; null: none is known. It stays where it is until the next one is added.
  [[nodiscard]] const Span* find(std::uint32_t state, const Counters& counters) const;
  void add(std::uint32_t from, const Counters& start, std::uint32_t to, const Counters& end,
           std::span<const Segment> segments);
  // How often a span that begins now comes, one after the other, at least.
  [[nodiscard]] std::int64_t times(const Span& span, const Counters& counters) const;
  // Lets a span pass so many times, at most times().
  void pass(const Span& span, std::int64_t times, Counters& counters) const;
  [[nodiscard]] std::span<const Segment> segments(const Span& span) const {
    return std::span(segments_).subspan(span.first_segment, span.segments);
  }
  [[nodiscard]] bool full() const { return states_.size() > kMostStates; }

 private:
  static constexpr std::size_t kMostStates = 1U << 17;
  static constexpr std::size_t kRoomStates = 1U << 14;
  static constexpr std::int64_t kMostTimes = 1 << 16;
  struct State {
    std::uint64_t hash = 0;
    std::uint32_t at = 0;  // in bytes_
    std::uint32_t size = 0;
    std::uint32_t span = 0;  // the first one from it; 0: none
  };
  void grow();
  [[nodiscard]] bool begins(const Span& span, const Counters& counters) const;

  std::array<std::uint8_t, Counters::kMost> group_{};       // of a counter
  std::array<std::uint8_t, Counters::kMostGroups> last_{};  // counter of a group
  std::size_t counters_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<State> states_;
  std::vector<std::uint32_t> slots_;  // by hash; 0: free
  std::vector<Span> spans_;
  std::vector<Segment> segments_;
};

}  // namespace vqrom::sim::timing
