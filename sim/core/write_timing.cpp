// SPDX-License-Identifier: Apache-2.0
#include "sim/core/write_timing.h"

namespace vqrom::sim {

void WriteTiming::take_words(std::int64_t words) {
  lasts_.push(static_cast<std::size_t>(words), 0);
  counts_.words += words;
  next_word_cycle_ = cycle_;
  matched_words_ += static_cast<std::size_t>(words);
  bursts_.at(complete_bursts_).done_words += words;
}

void WriteTiming::begin_answer() {
  answer_offered_ = true;
  const MemoryBurst& burst = bursts_.front();
  lasts_.pop(static_cast<std::size_t>(burst.words));
  matched_words_ -= static_cast<std::size_t>(burst.words);
  if (burst.refused) ++counts_.refused_bursts;
}

// Gives words to the oldest burst that lacks some; words may come before their request.
bool WriteTiming::match_words() {
  while (matched_words_ < lasts_.size() && complete_bursts_ < bursts_.size()) {
    MemoryBurst& burst = bursts_.at(complete_bursts_);
    const bool last = lasts_.at(matched_words_++) != 0;
    ++burst.done_words;
    if (last != (burst.done_words == burst.words)) {
      wrong_burst_ = burst;
      return false;
    }
    if (burst.done_words < burst.words) continue;
    burst.due_cycle = cycle_ + latency_cycles_;
    ++complete_bursts_;
  }
  return true;
}

}  // namespace vqrom::sim
