// SPDX-License-Identifier: Apache-2.0
// out_walker — vq_out_walker: places codes, and says when a RUN is complete.
#pragma once

#include <array>
#include <cstdint>

#include "gen/config/accelerator_config.h"
#include "sim/timing/instruction.h"

namespace vqrom::sim::timing {

struct Placing {
  bool array = false;
  bool add = false;
  bool none = false;
  std::uint16_t blocks = 0;  // or groups, less 1
  std::uint16_t out_h = 0;
  std::uint16_t out_w = 0;
  std::uint8_t out_lane = 0;
  std::uint16_t out_groups = 0;
  template <typename Archive>
  void state(Archive& archive) {
    archive(array, add, none, blocks, out_h, out_w, out_lane, out_groups);
  }
};

class OutWalker {
 public:
  struct View {
    bool core_ready = false;
    bool sum_ready = false;
    bool add_ready = false;
    bool beat = false;
    bool finish = false;
    bool ready = false;
  };
  explicit OutWalker(const config::AcceleratorConfig& config)
      : last_lane_(static_cast<std::uint8_t>(config.vector_beats() - 1)),
        last_columns_(static_cast<std::uint8_t>(config.drain_beats() - 1)) {}
  [[nodiscard]] bool writes() const { return writes_; }
  [[nodiscard]] bool done() const { return done_; }
  void look(bool core_valid, bool sum_valid, bool add_valid, View& view) const {
    const bool active = run_ && !placing_.none;
    view.core_ready = active && placing_.array;
    view.add_ready = active && !placing_.array && placing_.add;
    view.sum_ready = active && !placing_.array && !placing_.add;
    view.beat = (view.core_ready && core_valid) || (view.add_ready && add_valid) ||
                (view.sum_ready && sum_valid);
    view.finish = (view.beat && codes_end()) || (run_ && placing_.none && reads_ != 0);
    view.ready = !run_ || view.finish;
  }
  void edge(const View& view, bool take, const Placing& placing, bool read) {
    writes_ = view.beat && group_ < placing_.out_groups;
    done_ = view.finish;
    reads_ = static_cast<std::uint8_t>((reads_ + (read ? 1 : 0) - (view.finish ? 1 : 0)) & 7);
    if (view.finish) run_ = false;
    if (take) {
      begin(placing);
    } else if (view.beat) {
      step();
    }
  }
  // Beats before a block's last one, if all of them are written.
  [[nodiscard]] std::int64_t free_beats() const;
  void advance(std::int64_t beats);
  template <typename Archive>
  void state(Archive& archive) {
    archive(run_, writes_, done_, reads_);
    std::array<std::int64_t, 3> left{-1, -1, -1};
    if (run_) {
      archive(placing_.none, placing_.array, placing_.add);
      if (!counts_beats()) {
        archive(placing_, block_, y_, x_, beat_, lane_, block_lane_, group_, block_group_);
      } else if (!placing_.none) {
        std::int64_t beats = block_beats();
        std::int64_t rest = rest_beats();
        bool whole = false;
        left = count_left(whole);
        archive(beats, rest, whole);
        std::int32_t group = group_ - placing_.out_groups;
        std::int32_t block_group = block_group_ - placing_.out_groups;
        if (!whole) archive(beat_, lane_, block_lane_, group, block_group);
      }
    }
    archive.counters(left);
    if constexpr (Archive::kRestores) {
      if (run_ && !placing_.none && counts_beats()) go_to(left[2]);
    }
  }

 private:
  [[nodiscard]] int first_lane() const { return placing_.array ? placing_.out_lane : 0; }
  [[nodiscard]] std::int64_t pixel_beats() const;
  // Lanes and groups follow from the beats that are left.
  [[nodiscard]] bool counts_beats() const;
  // Of a pixel, over all blocks, as far as groups are written.
  [[nodiscard]] std::int64_t written_beats() const;
  // Of a block; blocks before the first one in which codes are not written.
  [[nodiscard]] std::int64_t block_beats() const;
  [[nodiscard]] std::int64_t whole_blocks() const;
  // Beats of a pixel that are written in that first one; 0 if there is none.
  [[nodiscard]] std::int64_t rest_beats() const;
  // Beats after the next one that are left of the block, of the blocks that are written whole, and
  // of the RUN.
  [[nodiscard]] std::array<std::int64_t, 3> count_left(bool& whole) const;
  // `left` beats after the next one.
  void go_to(std::int64_t left);
  [[nodiscard]] bool codes_end() const { return (beat_ | x_ | y_ | block_) == 0; }
  void begin(const Placing& placing) {
    run_ = true;
    placing_ = placing;
    block_ = placing.blocks;
    y_ = (placing.out_h - 1U) & kCount12;
    x_ = (placing.out_w - 1U) & kCount12;
    beat_ = placing.array ? last_columns_ : last_lane_;
    group_ = block_group_ = 0;
    lane_ = block_lane_ = placing.array ? placing.out_lane : 0;
  }
  void step() {
    const bool vector_end = lane_ == last_lane_;
    const std::uint8_t next_lane = vector_end ? 0 : static_cast<std::uint8_t>((lane_ + 1) & 127);
    const std::uint16_t next_group = (group_ + (vector_end ? 1U : 0U)) & kCount12;
    if (beat_ != 0) {
      --beat_;
      lane_ = next_lane;
      group_ = next_group;
      return;
    }
    beat_ = placing_.array ? last_columns_ : last_lane_;
    if (x_ != 0 || y_ != 0) {
      if (x_ != 0) {
        --x_;
      } else {
        x_ = (placing_.out_w - 1U) & kCount12;
        --y_;
      }
      lane_ = block_lane_;
      group_ = block_group_;
      return;
    }
    x_ = (placing_.out_w - 1U) & kCount12;
    y_ = (placing_.out_h - 1U) & kCount12;
    block_ = (block_ - 1U) & kCount12;
    lane_ = block_lane_ = next_lane;
    group_ = block_group_ = next_group;
  }

  std::uint8_t last_lane_;
  std::uint8_t last_columns_;
  bool run_ = false;
  bool writes_ = false;
  bool done_ = false;
  std::uint8_t reads_ = 0;  // RUNs that have read all and are not complete
  Placing placing_;
  std::uint16_t block_ = 0;
  std::uint16_t y_ = 0;
  std::uint16_t x_ = 0;
  std::uint8_t beat_ = 0;
  std::uint8_t lane_ = 0;
  std::uint8_t block_lane_ = 0;
  std::uint16_t group_ = 0;
  std::uint16_t block_group_ = 0;
};

}  // namespace vqrom::sim::timing
