// SPDX-License-Identifier: Apache-2.0
// weight_buffer — vq_weight_buffer: one tile of weights at work, the next one filling.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

class WeightBuffer {
 public:
  explicit WeightBuffer(int beats) : last_(beats - 1) {}
  [[nodiscard]] bool ready(bool release) const { return !shadow_full_ || !active_full_ || release; }
  [[nodiscard]] bool next_valid(bool release) const {
    return shadow_full_ || (active_full_ && !release);
  }
  [[nodiscard]] bool moves(bool release) const {
    return shadow_full_ && (!active_full_ || release);
  }
  void edge(bool put, bool release) {
    const bool move = moves(release);
    active_full_ = next_valid(release);
    const bool fills = put && beat_ == last_;
    shadow_full_ = fills || (shadow_full_ && !move);
    if (put) beat_ = fills ? 0 : beat_ + 1;
  }
  // Beats that can come before a tile's last one.
  [[nodiscard]] std::int64_t free_beats() const { return last_ - beat_; }
  void advance(std::int64_t beats) { beat_ += static_cast<int>(beats); }

  template <typename Archive>
  void state(Archive& archive) {
    archive(beat_, shadow_full_, active_full_);
  }

 private:
  int last_;
  int beat_ = 0;
  bool shadow_full_ = false;
  bool active_full_ = false;
};

}  // namespace vqrom::sim::timing
