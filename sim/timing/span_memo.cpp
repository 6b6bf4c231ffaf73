// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/span_memo.h"

#include <cstring>

namespace vqrom::sim::timing {
namespace {

std::uint64_t hash_of(const std::uint8_t* bytes, std::size_t size) {
  std::uint64_t hash = size;
  for (std::size_t i = 0; i < size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

SpanMemo::SpanMemo(const Counters::Groups& groups) : states_(1), slots_(1U << 10), spans_(1) {
  // Room for most networks: what is never touched costs nothing, moving what has grown does.
  bytes_.reserve(kRoomStates * 256);
  states_.reserve(kRoomStates);
  spans_.reserve(kRoomStates);
  segments_.reserve(kRoomStates * 4);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (int level = 0; level < groups[group]; ++level) {
      group_[counters_++] = static_cast<std::uint8_t>(group);
    }
    last_[group] = static_cast<std::uint8_t>(counters_ - 1);
  }
}

std::uint32_t SpanMemo::number(const StateWriter& state) {
  const std::uint64_t hash = hash_of(state.data(), state.size());
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const State& known = states_[slots_[slot]];
    if (known.hash == hash && known.size == state.size() &&
        std::memcmp(bytes_.data() + known.at, state.data(), state.size()) == 0) {
      return slots_[slot];
    }
  }
  const auto number = static_cast<std::uint32_t>(states_.size());
  slots_[slot] = number;
  states_.push_back({hash, static_cast<std::uint32_t>(bytes_.size()),
                     static_cast<std::uint32_t>(state.size()), 0});
  bytes_.insert(bytes_.end(), state.data(), state.data() + state.size());
  if (2 * states_.size() > slots_.size()) grow();
  return number;
}

void SpanMemo::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (std::size_t number = 1; number < states_.size(); ++number) {
    std::size_t slot = states_[number].hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(number);
  }
}

const Span* SpanMemo::find(std::uint32_t state, const Counters& counters) const {
  for (std::uint32_t number = states_[state].span; number != 0; number = spans_[number].other) {
    if (begins(spans_[number], counters)) return &spans_[number];
  }
  return nullptr;
}

bool SpanMemo::begins(const Span& span, const Counters& counters) const {
  for (std::size_t i = 0; i < counters_; ++i) {
    const std::int64_t left = counters.left[i];
    const bool far = (span.far >> i & 1) != 0;
    if (far ? left <= span.used[group_[i]] : left != span.start.left[i]) return false;
  }
  return true;
}

void SpanMemo::add(std::uint32_t from, const Counters& start, std::uint32_t to, const Counters& end,
                   std::span<const Segment> segments) {
  Span span;
  span.to = to;
  span.other = states_[from].span;
  span.first_segment = static_cast<std::uint32_t>(segments_.size());
  span.segments = static_cast<std::uint32_t>(segments.size());
  span.start = start;
  span.end = end;
  span.loops = from == to;
  for (const Segment& segment : segments) span.cycles += segment.cycles;
  for (std::size_t i = 0; i < counters_; ++i) {
    const std::size_t last = last_[group_[i]];
    span.used[group_[i]] = start.left[last] - end.left[last];
    if (start.left[i] > span.used[group_[i]]) {
      span.far |= 1U << i;
    } else if (start.left[i] != end.left[i]) {
      span.loops = false;
    }
  }
  states_[from].span = static_cast<std::uint32_t>(spans_.size());
  spans_.push_back(span);
  segments_.insert(segments_.end(), segments.begin(), segments.end());
}

std::int64_t SpanMemo::times(const Span& span, const Counters& counters) const {
  if (!span.loops) return 1;
  std::int64_t times = kMostTimes;
  for (std::size_t i = 0; i < counters_; ++i) {
    const std::int64_t used = span.used[group_[i]];
    if ((span.far >> i & 1) == 0 || used == 0) continue;
    if (counters.left[i] <= times * used) times = (counters.left[i] - 1) / used;
  }
  return times;
}

void SpanMemo::pass(const Span& span, std::int64_t times, Counters& counters) const {
  for (std::size_t i = 0; i < counters_; ++i) {
    std::int64_t& left = counters.left[i];
    left = (span.far >> i & 1) != 0 ? left - times * span.used[group_[i]] : span.end.left[i];
  }
}

}  // namespace vqrom::sim::timing
