// SPDX-License-Identifier: Apache-2.0
// drain — vq_drain: reads a finished block, pixel by pixel, LANES columns a beat.
#pragma once

#include <array>
#include <cstdint>

namespace vqrom::sim::timing {

class Drain {
 public:
  explicit Drain(int beats) : last_(beats - 1) {}
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] bool issues(bool block_valid, bool lanes_ready) const {
    return block_valid && done_ != 0 && !issued_ && lanes_ready;
  }
  // With it the block is taken and its parameters are released.
  [[nodiscard]] bool release(bool lanes_ready) const {
    return valid_ && valid_last_ && lanes_ready;
  }
  void edge(bool block_valid, std::uint16_t stop, bool done, bool lanes_ready) {
    const bool issue = issues(block_valid, lanes_ready);
    const bool released = release(lanes_ready);
    const bool last = beat_ == last_ && pixel_ == stop;
    if (lanes_ready) {
      valid_ = issue;
      valid_last_ = last;
    }
    if (issue) {
      if (last) issued_ = true;
      if (beat_ == last_) {
        beat_ = 0;
        pixel_ = last ? 0 : static_cast<std::uint16_t>(pixel_ + 1);
      } else {
        ++beat_;
      }
      ++beats_;
    }
    if (released) issued_ = false;
    done_ += (done ? 1 : 0) - (released ? 1 : 0);
  }
  // Beats that can be issued before a block's last one.
  [[nodiscard]] std::int64_t free_beats(std::uint16_t stop) const {
    return (std::int64_t{stop} - pixel_) * (last_ + 1) + last_ - beat_;
  }
  void advance(std::int64_t beats) {
    const std::int64_t at = std::int64_t{pixel_} * (last_ + 1) + beat_ + beats;
    pixel_ = static_cast<std::uint16_t>(at / (last_ + 1));
    beat_ = static_cast<int>(at % (last_ + 1));
    beats_ += beats;
  }
  template <typename Archive>
  void state(Archive& archive, bool block_valid, std::uint16_t stop) {
    archive(done_, issued_, valid_);
    if (valid_) archive(valid_last_);
    const bool at_work = block_valid && !issued_;
    std::array<std::int64_t, 2> left{at_work ? free_beats(stop) : -1, kMostBeats - beats_};
    archive.counters(left);
    if constexpr (Archive::kRestores) {
      const std::int64_t beats = (std::int64_t{stop} + 1) * (last_ + 1);
      const std::int64_t at = at_work ? beats - 1 - left[0] : 0;
      pixel_ = static_cast<std::uint16_t>(at / (last_ + 1));
      beat_ = static_cast<int>(at % (last_ + 1));
      beats_ = kMostBeats - left[1];
    }
  }

 private:
  static constexpr std::int64_t kMostBeats = std::int64_t{1} << 60;

  int last_;
  std::uint16_t pixel_ = 0;
  int beat_ = 0;
  int done_ = 0;  // finished blocks not released yet
  bool issued_ = false;
  bool valid_ = false;
  bool valid_last_ = false;
  std::int64_t beats_ = 0;  // issued so far
};

}  // namespace vqrom::sim::timing
