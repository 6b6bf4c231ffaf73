// SPDX-License-Identifier: Apache-2.0
// memory_state — the memory's state out of it and back, for checkpoints.
#include <algorithm>
#include <tuple>

#include "sim/core/axi_memory.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

using Burst = MemoryTiming::Burst;

constexpr std::int64_t kMostCycles = std::int64_t{1} << 40;

bool in_range(std::int64_t value, std::int64_t low, std::int64_t high) {
  return value >= low && value <= high;
}

// Written bursts that have all their words: those before the first that lacks some.
std::size_t complete_bursts(const std::vector<Burst>& writes) {
  std::size_t count = 0;
  while (count < writes.size() && writes[count].done_words == writes[count].words) ++count;
  return count;
}

// Words that bursts have and whose answer was not offered.
std::int64_t matched_words(const MemoryTiming::State& state) {
  std::int64_t words = 0;
  for (const Burst& burst : state.writes) words += burst.done_words;
  return state.answer_offered ? words - state.writes.front().words : words;
}

std::string bursts_problem(const std::vector<Burst>& bursts, std::string_view name, bool write,
                           std::int64_t last_due, const AxiMemoryOptions& options) {
  if (std::ssize(bursts) > options.outstanding) {
    return fmt::format("has {} {} bursts; at most {} may be outstanding", bursts.size(), name,
                       options.outstanding);
  }
  bool lacks = false;  // words of an earlier burst
  for (const Burst& burst : bursts) {
    const std::int64_t most_done = lacks ? 0 : write ? burst.words : burst.words - 1;
    if (!in_range(burst.words, 1, options.longest_burst) ||
        !in_range(burst.done_words, 0, most_done) || !in_range(burst.due_cycle, 0, last_due)) {
      return fmt::format("has a {} burst of {} words, {} done, due in cycle {}", name, burst.words,
                         burst.done_words, burst.due_cycle);
    }
    lacks = write ? lacks || burst.done_words < burst.words : true;
  }
  return {};
}

bool counts_are_possible(const MemoryTiming::State& state) {
  const AxiCounts& counts = state.counts;
  for (const std::int64_t count :
       {counts.read_bursts, counts.read_words, counts.write_bursts, counts.write_words,
        counts.refused_bursts, counts.most_read_bursts, counts.most_write_bursts}) {
    if (!in_range(count, 0, kMostCycles)) return false;
  }
  return counts.read_bursts >= std::ssize(state.reads) &&
         counts.write_bursts >= std::ssize(state.writes) &&
         counts.write_words >= std::ssize(state.lasts);
}

}  // namespace

MemoryTiming::State MemoryTiming::state() const {
  State state{cycle(),
              reads_.next_word_cycle_,
              writes_.next_word_cycle_,
              reads_.word_offered_,
              writes_.answer_offered_,
              {},
              {},
              {},
              counts()};
  const auto list = [](const auto& ring, auto& items) {
    for (std::size_t i = 0; i < ring.size(); ++i) items.push_back(ring.at(i));
  };
  list(reads_.bursts_, state.reads);
  list(writes_.bursts_, state.writes);
  list(writes_.lasts_, state.lasts);
  return state;
}

std::string MemoryTiming::problem(const State& state) const {
  if (!in_range(state.cycle, 0, kMostCycles)) {
    return fmt::format("is in cycle {}; at most {}", state.cycle, kMostCycles);
  }
  const std::int64_t next = state.cycle + options_.cycles_per_word;
  if (!in_range(state.next_read_cycle, 0, next) || !in_range(state.next_write_cycle, 0, next)) {
    return fmt::format("moves its next words in cycles {} and {}; it is in {}",
                       state.next_read_cycle, state.next_write_cycle, state.cycle);
  }
  for (const auto& [bursts, name, write, latency] :
       {std::tuple{&state.reads, "read", false, options_.read_latency_cycles},
        std::tuple{&state.writes, "write", true, options_.write_latency_cycles}}) {
    const std::string text = bursts_problem(*bursts, name, write, state.cycle + latency, options_);
    if (!text.empty()) return text;
  }
  if ((state.word_offered && state.reads.empty()) ||
      (state.answer_offered && complete_bursts(state.writes) == 0)) {
    return "offers what it was not asked for";
  }
  const std::int64_t words = matched_words(state);
  if (!in_range(std::ssize(state.lasts), words,
                static_cast<std::int64_t>(writes_.lasts_.capacity()))) {
    return fmt::format("holds {} written words; its bursts have {}, there is room for {}",
                       state.lasts.size(), words, writes_.lasts_.capacity());
  }
  return counts_are_possible(state) ? std::string() : "counts what cannot be";
}

void MemoryTiming::restore(const State& state) {
  const std::string text = problem(state);
  VQROM_CHECK(text.empty(), "the memory {}", text);
  reads_.pauses_.restart_at(state.cycle);
  writes_.pauses_.restart_at(state.cycle);
  const auto refill = [&](Ring<Burst>& ring, const std::vector<Burst>& bursts) {
    ring.pop(ring.size());
    for (const Burst& burst : bursts) {
      Burst& taken = ring.push();
      taken = burst;
      taken.refused = refuses(burst);
    }
  };
  refill(reads_.bursts_, state.reads);
  refill(writes_.bursts_, state.writes);
  writes_.lasts_.pop(writes_.lasts_.size());
  for (const std::uint8_t last : state.lasts) writes_.lasts_.push() = last;
  writes_.complete_bursts_ = complete_bursts(state.writes);
  writes_.matched_words_ = static_cast<std::size_t>(matched_words(state));
  reads_.cycle_ = writes_.cycle_ = state.cycle;
  reads_.next_word_cycle_ = state.next_read_cycle;
  writes_.next_word_cycle_ = state.next_write_cycle;
  reads_.word_offered_ = state.word_offered;
  writes_.answer_offered_ = state.answer_offered;
  const AxiCounts& counts = state.counts;
  reads_.counts_ = {counts.read_bursts, counts.read_words, counts.refused_bursts,
                    counts.most_read_bursts};
  writes_.counts_ = {counts.write_bursts, counts.write_words, 0, counts.most_write_bursts};
}

std::vector<std::uint8_t> AxiMemory::Incoming::held() const {
  return pending_ ? held_ : std::vector<std::uint8_t>{};
}

void AxiMemory::Incoming::hold(const std::vector<std::uint8_t>& beat) {
  pending_ = !beat.empty();
  if (pending_) held_ = beat;
}

AxiMemory::State AxiMemory::state() const {
  State state{
      timing_.state(), {}, {}, {read_request_.held(), write_request_.held(), write_word_.held()}};
  for (std::size_t i = 0; i < state.timing.reads.size(); ++i) {
    const auto first =
        read_bytes_.begin() +
        static_cast<std::ptrdiff_t>(read_place(read_bursts_done_ + static_cast<int>(i)));
    const auto size = state.timing.reads[i].words * static_cast<std::int64_t>(word_bytes_);
    state.read_bytes.insert(state.read_bytes.end(), first, first + size);
  }
  const auto beat_bytes = static_cast<std::ptrdiff_t>(write_word_.payload().size());
  for (std::int64_t word = words_committed_; word < timing_.counts().write_words; ++word) {
    const auto first = write_bytes_.begin() + static_cast<std::ptrdiff_t>(write_place(word));
    state.write_beats.insert(state.write_beats.end(), first, first + beat_bytes);
  }
  return state;
}

std::string AxiMemory::problem(const State& state) const {
  std::string text = timing_.problem(state.timing);
  if (!text.empty()) return text;
  std::size_t read_bytes = 0;
  for (const Burst& burst : state.timing.reads) {
    read_bytes += static_cast<std::size_t>(burst.words) * word_bytes_;
  }
  const std::size_t write_bytes = state.timing.lasts.size() * write_word_.payload().size();
  if (state.read_bytes.size() != read_bytes || state.write_beats.size() != write_bytes) {
    return fmt::format("has {} bytes to read and {} written; its bursts have {} and {}",
                       state.read_bytes.size(), state.write_beats.size(), read_bytes, write_bytes);
  }
  const std::array<const Incoming*, 3> channels{&read_request_, &write_request_, &write_word_};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::size_t size = state.held[i].size();
    if (size != 0 && size != channels[i]->payload().size()) {
      return fmt::format("holds a beat of {} bytes; a beat of that channel has {}", size,
                         channels[i]->payload().size());
    }
  }
  return {};
}

void AxiMemory::restore(const State& state) {
  const std::string text = problem(state);
  VQROM_CHECK(text.empty(), "the memory {}", text);
  timing_.restore(state.timing);
  read_bursts_done_ = timing_.counts().read_bursts - std::ssize(state.timing.reads);
  words_committed_ = timing_.counts().write_words - std::ssize(state.timing.lasts);
  auto from = state.read_bytes.begin();
  for (std::size_t i = 0; i < state.timing.reads.size(); ++i) {
    const auto size = state.timing.reads[i].words * static_cast<std::int64_t>(word_bytes_);
    const std::size_t place = read_place(read_bursts_done_ + static_cast<int>(i));
    std::copy(from, from + size, read_bytes_.begin() + static_cast<std::ptrdiff_t>(place));
    from += size;
  }
  const auto beat_bytes = static_cast<std::ptrdiff_t>(write_word_.payload().size());
  from = state.write_beats.begin();
  for (std::int64_t word = words_committed_; word < timing_.counts().write_words; ++word) {
    std::copy(from, from + beat_bytes,
              write_bytes_.begin() + static_cast<std::ptrdiff_t>(write_place(word)));
    from += beat_bytes;
  }
  read_request_.hold(state.held[0]);
  write_request_.hold(state.held[1]);
  write_word_.hold(state.held[2]);
}

}  // namespace vqrom::sim
