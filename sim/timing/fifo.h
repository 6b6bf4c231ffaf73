// SPDX-License-Identifier: Apache-2.0
// fifo — vq_fifo: items wait in order; a push shows at the output in the next cycle.
#pragma once

#include <array>

namespace vqrom::sim::timing {

template <typename T, int kDepth>
class Fifo {
 public:
  [[nodiscard]] bool ready() const { return count_ != kDepth; }
  [[nodiscard]] bool valid() const { return count_ != 0; }
  [[nodiscard]] const T& front() const { return items_[head_]; }
  // `push` only when ready(), `pop` only when valid().
  void edge(bool push, const T& item, bool pop) {
    if (push) items_[(head_ + count_) % kDepth] = item;
    if (pop) head_ = (head_ + 1) % kDepth;
    count_ += (push ? 1U : 0U) - (pop ? 1U : 0U);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(count_);
    for (unsigned i = 0; i < count_; ++i) archive(items_[(head_ + i) % kDepth]);
  }

 private:
  std::array<T, kDepth> items_{};
  unsigned head_ = 0;
  unsigned count_ = 0;
};

}  // namespace vqrom::sim::timing
