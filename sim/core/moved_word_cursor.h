// SPDX-License-Identifier: Apache-2.0
// moved_word_cursor — which LOAD or STORE a bus word belongs to: words move in the program's order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/program_queues.h"

namespace vqrom::sim {

// Over the LOADs or STOREs of a program.
template <typename T>
class MovedWordCursor {
 public:
  using Queue = std::vector<ProgramQueues::Queued<T>>;

  explicit MovedWordCursor(const Queue& queue) : queue_(&queue) {}

  // The next `words` words move, one a cycle from `cycle` on: calls
  // part(number of the instruction, first cycle, words) for each instruction's part of them.
  template <typename Part>
  void move(std::int64_t cycle, std::int64_t words, Part part) {
    while (words > 0 && number_ < queue_->size()) {
      const std::int64_t some = std::min(words, words_of((*queue_)[number_].instruction) - moved_);
      part(number_, cycle, some);
      cycle += some;
      words -= some;
      moved_ += some;
      if (moved_ < words_of((*queue_)[number_].instruction)) continue;
      ++number_;
      moved_ = 0;
    }
  }

 private:
  static std::int64_t words_of(const T& transfer) { return transfer.rows * transfer.row_words; }

  const Queue* queue_;
  std::size_t number_ = 0;
  std::int64_t moved_ = 0;
};

}  // namespace vqrom::sim
