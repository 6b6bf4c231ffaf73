// SPDX-License-Identifier: Apache-2.0
// burst_queue — vq_fifo with the depth of bus.outstanding: one item a requested burst.
#pragma once

#include <cstddef>
#include <vector>

namespace vqrom::sim::timing {

template <typename T>
class BurstQueue {
 public:
  explicit BurstQueue(int depth) : items_(static_cast<std::size_t>(depth)) {}
  [[nodiscard]] bool valid() const { return count_ != 0; }
  [[nodiscard]] T front() const { return items_[head_]; }
  void edge(bool push, T item, bool pop) {
    const std::size_t depth = items_.size();
    const bool pops = pop && count_ != 0;
    if (push && count_ != depth) {
      const std::size_t tail = head_ + count_;
      items_[tail < depth ? tail : tail - depth] = item;
      ++count_;
    }
    if (!pops) return;
    head_ = head_ + 1 == depth ? 0 : head_ + 1;
    --count_;
  }

 private:
  std::vector<T> items_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace vqrom::sim::timing
