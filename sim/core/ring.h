// SPDX-License-Identifier: Apache-2.0
// ring — a queue that never grows beyond its first size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vqrom::sim {

template <typename T>
class Ring {
 public:
  explicit Ring(std::size_t size) : items_(size) {}
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool full() const { return count_ == items_.size(); }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t capacity() const { return items_.size(); }
  [[nodiscard]] std::size_t room() const { return items_.size() - count_; }
  [[nodiscard]] T& front() { return items_[head_]; }
  [[nodiscard]] const T& front() const { return items_[head_]; }
  [[nodiscard]] T& at(std::size_t index) { return items_[slot(index)]; }
  [[nodiscard]] const T& at(std::size_t index) const { return items_[slot(index)]; }
  // A place behind the last item.
  T& push() { return items_[slot(count_++)]; }
  void push(std::size_t count, const T& value) {
    const std::size_t at = slot(count_);
    const std::size_t first = std::min(count, items_.size() - at);
    std::fill_n(items_.begin() + static_cast<std::ptrdiff_t>(at), first, value);
    std::fill_n(items_.begin(), count - first, value);
    count_ += count;
  }
  void pop(std::size_t count = 1) {
    head_ = slot(count);
    count_ -= count;
  }

 private:
  [[nodiscard]] std::size_t slot(std::size_t index) const {
    const std::size_t at = head_ + index;
    return at < items_.size() ? at : at - items_.size();
  }
  std::vector<T> items_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace vqrom::sim
