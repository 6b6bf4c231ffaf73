// SPDX-License-Identifier: Apache-2.0
// read_timing — when a memory takes requests to read and gives their words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sim/core/memory_pauses.h"
#include "sim/core/ring.h"

namespace vqrom::sim {

// One cycle: drive(), take() if a request was valid and ready, end_cycle().
class ReadTiming {
 public:
  explicit ReadTiming(const AxiMemoryOptions& options)
      : latency_cycles_(options.read_latency_cycles),
        cycles_per_word_(options.cycles_per_word),
        pauses_(options, {0, 3}),
        bursts_(static_cast<std::size_t>(options.outstanding)) {}

  void drive() {
    request_ready_ = !bursts_.full();
    word_begins_ = !word_offered_ && !bursts_.empty() && bursts_.front().due_cycle <= cycle_ &&
                   next_word_cycle_ <= cycle_;
    if (!pauses_.never()) {
      const auto [request, word] = pauses_.next(cycle_);
      request_ready_ = request_ready_ && !request;
      word_begins_ = word_begins_ && !word;
    }
    word_offered_ = word_offered_ || word_begins_;
  }
  [[nodiscard]] bool request_ready() const { return request_ready_; }
  // A word is offered; since this cycle; of burst().
  [[nodiscard]] bool word_offered() const { return word_offered_; }
  [[nodiscard]] bool word_begins() const { return word_begins_; }
  [[nodiscard]] bool word_is_last() const { return burst_left() == 1; }
  [[nodiscard]] const MemoryBurst& burst() const { return bursts_.front(); }
  void take(const MemoryBurst& burst) {
    MemoryBurst& taken = bursts_.push();
    taken = burst;
    taken.due_cycle = cycle_ + latency_cycles_;
    if (burst.refused) ++counts_.refused_bursts;
    ++counts_.bursts;
    counts_.most_bursts = std::max(counts_.most_bursts, static_cast<std::int64_t>(bursts_.size()));
  }
  void end_cycle(bool word_ready) {
    word_offered_now_ = word_offered_;
    if (word_offered_ && word_ready) {
      word_offered_ = false;
      ++counts_.words;
      next_word_cycle_ = cycle_ + cycles_per_word_;
      if (++bursts_.front().done_words == bursts_.front().words) bursts_.pop();
    }
    ++cycle_;
  }

  // Cycles, this one included, in which the same is ready and offered as in this one, which was
  // driven, if words are taken at once and no request comes; the last one may take a burst's last
  // word.
  [[nodiscard]] std::int64_t steady_cycles() const {
    if (pauses_.at_random() || cycles_per_word_ != 1) return 1;
    std::int64_t cycles = std::numeric_limits<std::int32_t>::max();
    if (pauses_.refreshes()) {
      cycles = pauses_.same_cycles(cycle_);
      if (pauses_.refreshing(cycle_)) return word_offered_ ? 1 : cycles;
    }
    if (word_offered_) return std::min(cycles, burst_left());
    return bursts_.empty() ? cycles : std::min(cycles, bursts_.front().due_cycle - cycle_);
  }
  // Between two cycles: in the next one a request would be taken, and the first word of a burst as
  // streamed_words() wants it is offered, without a pause before its last one.
  [[nodiscard]] bool streams() const {
    return pauses_.never() && cycles_per_word_ == 1 && !bursts_.full() &&
           streamed_words(0, 0) != 0 && bursts_.front().done_words == 0;
  }
  // Words of burst() that are still to come.
  [[nodiscard]] std::int64_t burst_left() const {
    return bursts_.front().words - bursts_.front().done_words;
  }
  // The words of the burst `behind` burst(), if it is one of several that nothing refuses, with an
  // ID, and the first can come when so many cycles have passed; otherwise 0.
  [[nodiscard]] std::int64_t streamed_words(std::int64_t behind, std::int64_t cycles) const {
    if (behind >= static_cast<std::int64_t>(bursts_.size())) return 0;
    const MemoryBurst& next = bursts_.at(static_cast<std::size_t>(behind));
    const bool comes = next.id != 0 && !next.refused && next.due_cycle <= cycle_ + cycles;
    return comes && next.words > 1 ? next.words : 0;
  }
  // Lets cycles pass after the first of them, which has ended. True if the last one took a burst's
  // last word.
  bool advance(std::int64_t cycles) {
    cycle_ += cycles;
    if (!word_offered_now_) return false;
    bursts_.front().done_words += cycles;
    counts_.words += cycles;
    next_word_cycle_ = cycle_;
    const bool last = bursts_.front().done_words == bursts_.front().words;
    if (last) bursts_.pop();
    return last;
  }
  [[nodiscard]] bool idle() const { return bursts_.empty(); }
  [[nodiscard]] const ChannelCounts& counts() const { return counts_; }

 private:
  friend class MemoryTiming;  // its state

  int latency_cycles_;
  int cycles_per_word_;
  MemoryPauses<2> pauses_;    // of requests, of words
  Ring<MemoryBurst> bursts_;  // without an answer, the oldest first
  std::int64_t cycle_ = 0;
  std::int64_t next_word_cycle_ = 0;  // the bandwidth allows the next word
  bool request_ready_ = false;
  bool word_offered_ = false, word_begins_ = false;
  bool word_offered_now_ = false;  // in the cycle that ended last
  ChannelCounts counts_;
};

}  // namespace vqrom::sim
