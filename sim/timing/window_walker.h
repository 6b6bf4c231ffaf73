// SPDX-License-Identifier: Apache-2.0
// window_walker — vq_window_walker: a RUN's activation vectors in the order of computing.
#pragma once

#include <array>
#include <cstdint>

#include "sim/timing/instruction.h"

namespace vqrom::sim::timing {

class WindowWalker {
 public:
  struct Vector {
    bool for_vector_unit = false;
    bool last = false;  // of a window
    bool group_last = false;
    bool run_last = false;
  };
  [[nodiscard]] bool valid() const { return vector_valid_; }
  [[nodiscard]] const Vector& vector() const { return vector_; }
  [[nodiscard]] bool at_work() const { return run_; }
  [[nodiscard]] bool goes(bool ready_i) const { return run_ && (!vector_valid_ || ready_i); }
  [[nodiscard]] bool run_end() const {
    return (left_[0] | left_[1] | left_[2] | left_[3] | left_[4] | left_[5]) == 0;
  }
  [[nodiscard]] bool ready(bool goes) const { return !run_ || (goes && run_end()); }
  // The vector that is read next is padding.
  [[nodiscard]] bool pad() const { return y_ < 0 || x_ < 0 || y_ >= in_h_ || x_ >= in_w_; }

  void edge(bool goes, bool ready_i, bool take, const Shape& shape, const Run& run) {
    vector_valid_ = goes || (vector_valid_ && !ready_i);
    if (goes) step();
    if (take) begin(shape, run);
  }

  // Vectors of an array before a tile's last one: all alike, but for padding.
  [[nodiscard]] std::int64_t free_vectors() const {
    return array_ ? std::int64_t{left_[1]} * (last_[0] + 1) + left_[0] : 0;
  }
  // Reads that many, one a cycle; how many of them are padding.
  std::int64_t advance(std::int64_t vectors);

 private:
  static constexpr int kLevels = 6;
  void begin(const Shape& shape, const Run& run);
  void step() {
    int level = 0;
    while (level < kLevels && left_[level] == 0) {
      left_[level] = last_[level];
      ++level;
    }
    if (level < kLevels) --left_[level];
    vector_ = {!array_, level >= 2, level >= 4, level == kLevels};
    if (level == 0) {
      x_ = static_cast<std::int16_t>(x_ + inner_x_step_);
      return;
    }
    if (level == kLevels) run_ = false;
    const int outer_x_level = array_ ? 3 : 2;
    if (level > outer_x_level) {
      outer_x_ = start_x_;
    } else if (level == outer_x_level) {
      outer_x_ = static_cast<std::int16_t>(outer_x_ + outer_x_step_);
    }
    if (level > outer_x_level + 1) {
      outer_y_ = start_y_;
    } else if (level == outer_x_level + 1) {
      outer_y_ = static_cast<std::int16_t>(outer_y_ + outer_y_step_);
    }
    x_ = outer_x_;
    y_ = level == 1 ? static_cast<std::int16_t>(y_ + inner_y_step_) : outer_y_;
  }

  bool run_ = false;
  bool vector_valid_ = false;
  bool array_ = false;
  Vector vector_;
  // Level 0 is the innermost loop; counts run down.
  std::array<std::uint16_t, kLevels> left_{};
  std::array<std::uint16_t, kLevels> last_{};
  std::int16_t in_h_ = 0;
  std::int16_t in_w_ = 0;
  std::int16_t start_y_ = 0;
  std::int16_t start_x_ = 0;
  std::int16_t y_ = 0;
  std::int16_t x_ = 0;
  std::int16_t outer_y_ = 0;
  std::int16_t outer_x_ = 0;
  std::uint8_t inner_y_step_ = 0;
  std::uint8_t inner_x_step_ = 0;
  std::uint8_t outer_y_step_ = 0;
  std::uint8_t outer_x_step_ = 0;
};

}  // namespace vqrom::sim::timing
