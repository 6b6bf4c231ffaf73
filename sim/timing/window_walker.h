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
    template <typename Archive>
    void state(Archive& archive) {
      archive(for_vector_unit, last, group_last, run_last);
    }
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

  // Vectors of the RUN after the next one; -1 without a RUN.
  [[nodiscard]] std::int64_t vectors_left() const {
    std::array<std::int64_t, 2> sizes{};
    return run_ ? count_left(sizes)[2] : -1;
  }
  // Where the vectors stand matters to padding only.
  template <typename Archive>
  void state(Archive& archive) {
    std::array<std::int64_t, 3> left{-1, -1, -1};
    std::array<std::int64_t, 2> sizes{};  // vectors of a window and of a group
    if (run_) left = count_left(sizes);
    const std::int64_t before = left[2];
    archive.counters(left);
    if constexpr (Archive::kRestores) archive.pads += advance(before - left[2]);
    archive(run_, vector_valid_);
    if (run_) archive(array_, sizes[0], sizes[1]);
    if (vector_valid_) archive(vector_);
  }

 private:
  static constexpr int kLevels = 6;
  // Vectors after the next one that are left of the window, group and RUN; an array's are all one.
  [[nodiscard]] std::array<std::int64_t, 3> count_left(std::array<std::int64_t, 2>& sizes) const {
    std::array<std::int64_t, kLevels + 1> size{1};
    std::array<std::int64_t, kLevels + 1> left{};
    for (std::size_t level = 0; level < kLevels; ++level) {
      left[level + 1] = left[level] + left_[level] * size[level];
      size[level + 1] = size[level] * (last_[level] + 1);
    }
    if (array_) return {left[kLevels], left[kLevels], left[kLevels]};
    sizes = {size[2], size[4]};
    return {left[2], left[4], left[kLevels]};
  }
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
