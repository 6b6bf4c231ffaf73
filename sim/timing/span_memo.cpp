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

template <typename See>
void for_each_counter(See see) {
  std::size_t counter = 0;
  for (std::size_t group = 0; group < Counters::kGroups.size(); ++group) {
    for (int level = 0; level < Counters::kGroups[group]; ++level) see(counter++, group);
  }
}

}  // namespace

SpanMemo::SpanMemo() : states_(1), slots_(1U << 10), spans_(1) {}

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
    const Span& span = spans_[number];
    bool same = true;
    for_each_counter([&](std::size_t counter, std::size_t group) {
      const std::int64_t left = counters.left[counter];
      same &= (span.far >> counter & 1) != 0 ? left > span.used[group]
                                             : left == span.start.left[counter];
    });
    if (same) return &span;
  }
  return nullptr;
}

void SpanMemo::add(std::uint32_t from, const Counters& start, std::uint32_t to, const Counters& end,
                   std::span<const Segment> segments) {
  Span span;
  span.to = to;
  span.other = states_[from].span;
  span.first_segment = static_cast<std::uint32_t>(segments_.size());
  span.segments = static_cast<std::uint32_t>(segments.size());
  for (const Segment& segment : segments) span.cycles += segment.cycles;
  span.start = start;
  span.end = end;
  std::size_t last = 0;
  for (std::size_t group = 0; group < Counters::kGroups.size(); ++group) {
    last += Counters::kGroups[group];
    span.used[group] = start.left[last - 1] - end.left[last - 1];
  }
  for_each_counter([&](std::size_t counter, std::size_t group) {
    if (start.left[counter] > span.used[group]) span.far |= 1U << counter;
  });
  states_[from].span = static_cast<std::uint32_t>(spans_.size());
  spans_.push_back(span);
  segments_.insert(segments_.end(), segments.begin(), segments.end());
}

void SpanMemo::pass(const Span& span, Counters& counters) {
  for_each_counter([&](std::size_t counter, std::size_t group) {
    std::int64_t& left = counters.left[counter];
    left = (span.far >> counter & 1) != 0 ? left - span.used[group] : span.end.left[counter];
  });
}

}  // namespace vqrom::sim::timing
