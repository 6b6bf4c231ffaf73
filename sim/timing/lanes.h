// SPDX-License-Identifier: Apache-2.0
// lanes — vq_requantise_lanes and vq_add_lanes: four stages that hold while a beat waits.
#pragma once

namespace vqrom::sim::timing {

class Lanes {
 public:
  [[nodiscard]] bool valid() const { return (valid_ & kOutput) != 0; }
  [[nodiscard]] bool ready(bool ready_i) const { return !valid() || ready_i; }
  void edge(bool enable, bool valid_i) {
    if (enable) valid_ = (valid_ << 1 | (valid_i ? 1U : 0U)) & kAll;
  }
  [[nodiscard]] bool full() const { return valid_ == kAll; }
  [[nodiscard]] bool empty() const { return valid_ == 0; }

  template <typename Archive>
  void state(Archive& archive) {
    archive(valid_);
  }

 private:
  static constexpr unsigned kOutput = 8;
  static constexpr unsigned kAll = 15;
  unsigned valid_ = 0;
};

}  // namespace vqrom::sim::timing
