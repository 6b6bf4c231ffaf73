// SPDX-License-Identifier: Apache-2.0
// param_buffer — vq_param_buffer: parameters of a block or group, in two banks.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

class ParamBuffer {
 public:
  explicit ParamBuffer(int entries) : last_(entries - 1) {}
  [[nodiscard]] bool ready() const { return ((loaded_ | busy_) >> fill_ & 1) == 0; }
  [[nodiscard]] bool loaded() const { return (loaded_ >> claim_ & 1) != 0; }
  void edge(bool put, bool claim, bool release) {
    const unsigned fills = put && entry_ == last_ ? 1U << fill_ : 0;
    if (put) entry_ = fills != 0 ? 0 : entry_ + 1;
    if (fills != 0) {
      loaded_ |= fills;
      fill_ ^= 1;
    }
    if (claim) {
      loaded_ &= ~(1U << claim_);
      busy_ |= 1U << claim_;
      claim_ ^= 1;
    }
    if (release) {
      busy_ &= ~(1U << release_);
      release_ ^= 1;
    }
  }
  [[nodiscard]] std::int64_t free_entries() const { return last_ - entry_; }
  void advance(std::int64_t entries) { entry_ += static_cast<int>(entries); }

  // The banks change places until the next one to be released is bank 0.
  template <typename Archive>
  void state(Archive& archive) {
    if (release_ != 0) {
      fill_ ^= 1;
      claim_ ^= 1;
      release_ = 0;
      loaded_ = swapped(loaded_);
      busy_ = swapped(busy_);
    }
    archive(entry_, fill_, claim_, loaded_, busy_);
  }

 private:
  static unsigned swapped(unsigned banks) { return (banks << 1 | banks >> 1) & 3; }

  int last_;
  int entry_ = 0;
  unsigned fill_ = 0;
  unsigned claim_ = 0;
  unsigned release_ = 0;
  unsigned loaded_ = 0;  // a bit a bank
  unsigned busy_ = 0;
};

}  // namespace vqrom::sim::timing
