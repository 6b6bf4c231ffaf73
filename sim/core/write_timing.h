// SPDX-License-Identifier: Apache-2.0
// write_timing — when a memory takes requests to write and their words, and answers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sim/core/memory_pauses.h"
#include "sim/core/ring.h"

namespace vqrom::sim {

// One cycle: drive(), take() and take_word() for what was valid and ready, end_cycle().
class WriteTiming {
 public:
  explicit WriteTiming(const AxiMemoryOptions& options)
      : latency_cycles_(options.write_latency_cycles),
        cycles_per_word_(options.cycles_per_word),
        pauses_(options, {1, 2, 4}),
        bursts_(static_cast<std::size_t>(options.outstanding)),
        lasts_(static_cast<std::size_t>(options.outstanding + 1) *
               static_cast<std::size_t>(options.longest_burst)) {}

  void drive() {
    request_ready_ = !bursts_.full();
    word_ready_ = !lasts_.full() && cycle_ >= next_word_cycle_;
    answer_begins_ =
        !answer_offered_ && complete_bursts_ != 0 && bursts_.front().due_cycle <= cycle_;
    if (!pauses_.never()) {
      const auto [request, word, answer] = pauses_.next(cycle_);
      request_ready_ = request_ready_ && !request;
      word_ready_ = word_ready_ && !word;
      answer_begins_ = answer_begins_ && !answer;
    }
    if (answer_begins_) begin_answer();
  }
  [[nodiscard]] bool request_ready() const { return request_ready_; }
  [[nodiscard]] bool word_ready() const { return word_ready_; }
  // An answer is offered; since this cycle: now its burst is visible; to burst().
  [[nodiscard]] bool answer_offered() const { return answer_offered_; }
  [[nodiscard]] bool answer_begins() const { return answer_begins_; }
  [[nodiscard]] const MemoryBurst& burst() const { return bursts_.front(); }
  void take(const MemoryBurst& burst) {
    bursts_.push() = burst;
    ++counts_.bursts;
    counts_.most_bursts = std::max(counts_.most_bursts, static_cast<std::int64_t>(bursts_.size()));
  }
  void take_word(bool last) {
    lasts_.push() = last ? 1 : 0;
    ++counts_.words;
    next_word_cycle_ = cycle_ + cycles_per_word_;
  }
  // False if a word that was taken is the last of its burst and does not say so, or says so and is
  // not: wrong_burst().
  bool end_cycle(bool answer_ready) {
    const bool right =
        matched_words_ == lasts_.size() || complete_bursts_ == bursts_.size() || match_words();
    if (answer_offered_ && answer_ready) end_answer();
    ++cycle_;
    return right;
  }
  [[nodiscard]] const MemoryBurst& wrong_burst() const { return wrong_burst_; }

  // Cycles, this one included, in which the same is ready and offered as in this one, which was
  // driven, if no request comes and no answer; the first one may give an answer.
  [[nodiscard]] std::int64_t steady_cycles() const {
    const bool frees = answer_offered_ && (bursts_.full() || !word_ready_);
    if (pauses_.at_random() || cycles_per_word_ != 1 || next_word_cycle_ > cycle_ ||
        matched_words_ != lasts_.size() || frees) {
      return 1;
    }
    if (!pauses_.refreshes()) return std::numeric_limits<std::int32_t>::max();
    return pauses_.refreshing(cycle_) && answer_offered_ ? 1 : pauses_.same_cycles(cycle_);
  }
  // Cycles, the one that ended last included, up to the next answer, or the one after that.
  [[nodiscard]] std::int64_t quiet_cycles(std::size_t answers = 0) const {
    // No answer comes while the memory refreshes, and its end is no steady cycle.
    if (complete_bursts_ <= answers || pauses_.refreshing(cycle_)) {
      return std::numeric_limits<std::int32_t>::max();
    }
    return bursts_.at(answers).due_cycle - cycle_ + 1;
  }
  // The next answer is good, comes when it is due, and leaves all else as it is.
  [[nodiscard]] bool passes_answer() const {
    return pauses_.never() && !bursts_.full() && !bursts_.front().refused;
  }
  // Gives it in the next cycle, which is still to be advanced.
  void pass_answer() {
    begin_answer();
    end_answer();
  }
  // Words that there is room for.
  [[nodiscard]] std::int64_t room() const { return static_cast<std::int64_t>(lasts_.room()); }
  // Lets cycles pass after the first of them, which has ended; in each a word of the same burst is
  // written, or in none.
  void advance(std::int64_t cycles, bool writes) {
    cycle_ += cycles;
    if (writes) take_words(cycles);
  }
  [[nodiscard]] bool idle() const { return bursts_.empty(); }
  [[nodiscard]] const ChannelCounts& counts() const { return counts_; }

 private:
  friend class MemoryTiming;  // its state
  void begin_answer();
  void end_answer() {
    answer_offered_ = false;
    bursts_.pop();
    --complete_bursts_;
  }
  void take_words(std::int64_t words);
  bool match_words();

  int latency_cycles_;
  int cycles_per_word_;
  MemoryPauses<3> pauses_;           // of requests, of words, of answers
  Ring<MemoryBurst> bursts_;         // without an answer, the oldest first
  std::size_t complete_bursts_ = 0;  // of them
  Ring<std::uint8_t> lasts_;         // of each word written without an answer: is it a burst's last
  std::size_t matched_words_ = 0;    // of lasts_: belong to complete bursts or the one at work
  std::int64_t cycle_ = 0;
  std::int64_t next_word_cycle_ = 0;  // the bandwidth allows the next word
  bool request_ready_ = false, word_ready_ = false;
  bool answer_offered_ = false, answer_begins_ = false;
  MemoryBurst wrong_burst_;
  ChannelCounts counts_;
};

}  // namespace vqrom::sim
