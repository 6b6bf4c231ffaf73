// SPDX-License-Identifier: Apache-2.0
// accumulator — vq_accumulator: when a block's sums are complete.
#pragma once

namespace vqrom::sim::timing {

class Accumulator {
 public:
  // An issue is seen as complete array latency + 2 cycles later.
  explicit Accumulator(int array_latency) : done_bit_(1U << (array_latency + 1)) {}
  [[nodiscard]] bool done() const { return (ends_ & done_bit_) != 0; }
  [[nodiscard]] bool idle() const { return ends_ == 0; }
  void edge(bool block_end) { ends_ = (ends_ << 1 | (block_end ? 1U : 0U)) & (2 * done_bit_ - 1); }

  template <typename Archive>
  void state(Archive& archive) {
    archive(ends_);
  }

 private:
  unsigned done_bit_;
  unsigned ends_ = 0;  // bit n: a block's last issue was n + 1 cycles ago
};

}  // namespace vqrom::sim::timing
