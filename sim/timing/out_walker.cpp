// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/out_walker.h"

#include <algorithm>

namespace vqrom::sim::timing {

std::int64_t OutWalker::pixel_beats() const {
  return (placing_.array ? last_columns_ : last_lane_) + 1;
}

std::int64_t OutWalker::block_beats() const {
  const std::int64_t height = ((placing_.out_h - 1U) & kCount12) + 1;
  const std::int64_t width = ((placing_.out_w - 1U) & kCount12) + 1;
  return height * width * pixel_beats();
}

bool OutWalker::counts_beats() const {
  const std::int64_t beats = (std::int64_t{placing_.blocks} + 1) * pixel_beats();
  return first_lane() <= last_lane_ && (first_lane() + beats) / (last_lane_ + 1) <= kCount12;
}

std::int64_t OutWalker::written_beats() const {
  const std::int64_t written = std::int64_t{placing_.out_groups} * (last_lane_ + 1) - first_lane();
  return std::max<std::int64_t>(written, 0);
}

std::int64_t OutWalker::whole_blocks() const {
  return written_beats() / pixel_beats();
}

std::int64_t OutWalker::rest_beats() const {
  return whole_blocks() > placing_.blocks ? 0 : written_beats() % pixel_beats();
}

std::array<std::int64_t, 3> OutWalker::count_left(bool& whole) const {
  const std::int64_t beats = block_beats();
  const std::int64_t width = ((placing_.out_w - 1U) & kCount12) + 1;
  const std::int64_t of_block = (y_ * width + x_) * pixel_beats() + beat_;
  const std::int64_t block = std::int64_t{placing_.blocks} - block_;
  const std::int64_t end = std::min<std::int64_t>(whole_blocks(), placing_.blocks + 1);
  whole = block < end;
  return {of_block, whole ? (end - block - 1) * beats + of_block : -1, block_ * beats + of_block};
}

void OutWalker::go_to(std::int64_t left) {
  const std::int64_t beats = block_beats();
  const std::int64_t width = ((placing_.out_w - 1U) & kCount12) + 1;
  const std::int64_t pixel = left % beats / pixel_beats();
  const int lanes = last_lane_ + 1;
  block_ = static_cast<std::uint16_t>(left / beats);
  y_ = static_cast<std::uint16_t>(pixel / width);
  x_ = static_cast<std::uint16_t>(pixel % width);
  beat_ = static_cast<std::uint8_t>(left % pixel_beats());
  const std::int64_t first = first_lane() + (placing_.blocks - block_) * pixel_beats();
  block_lane_ = static_cast<std::uint8_t>(first % lanes);
  block_group_ = static_cast<std::uint16_t>(first / lanes);
  const std::int64_t next = block_lane_ + pixel_beats() - 1 - beat_;
  lane_ = static_cast<std::uint8_t>(next % lanes);
  group_ = static_cast<std::uint16_t>(block_group_ + next / lanes);
}

std::int64_t OutWalker::free_beats() const {
  const int lanes = last_lane_ + 1;
  const int last_group = block_group_ + (block_lane_ + last_columns_) / lanes;
  const bool all_written =
      writes_ && placing_.array && block_lane_ < lanes && last_group < placing_.out_groups;
  if (!all_written) return 0;
  return (std::int64_t{y_} * placing_.out_w + x_) * (last_columns_ + 1) + beat_;
}

void OutWalker::advance(std::int64_t beats) {
  const int of_pixel = last_columns_ + 1;
  const int lanes = last_lane_ + 1;
  const std::int64_t at = last_columns_ - beat_ + beats;
  const std::int64_t left = std::int64_t{y_} * placing_.out_w + x_ - at / of_pixel;
  const auto beat = static_cast<int>(at % of_pixel);
  y_ = static_cast<std::uint16_t>(left / placing_.out_w);
  x_ = static_cast<std::uint16_t>(left % placing_.out_w);
  beat_ = static_cast<std::uint8_t>(last_columns_ - beat);
  lane_ = static_cast<std::uint8_t>((block_lane_ + beat) % lanes);
  group_ = static_cast<std::uint16_t>(block_group_ + (block_lane_ + beat) / lanes);
}

}  // namespace vqrom::sim::timing
