// SPDX-License-Identifier: Apache-2.0
// tile_walker — vq_tile_walker: the tiles of an array RUN, for the core and for the reader.
#pragma once

#include <array>
#include <cstdint>

#include "gen/config/accelerator_config.h"
#include "sim/timing/index_widths.h"
#include "sim/timing/instruction.h"
#include "sim/timing/stream_reader.h"

namespace vqrom::sim::timing {

struct TileCommand {
  std::uint16_t stop = 0;  // address of the last pixel
  bool first = false;
  bool last = false;
  bool dense = false;
  template <typename Archive>
  void state(Archive& archive) {
    archive(stop, first, last, dense);
  }
};

class TileWalker {
 public:
  explicit TileWalker(const config::AcceleratorConfig& config)
      : widths_(config),
        last_dense_(static_cast<std::uint16_t>(config.dense_words() - 1)),
        bypass_(config.array.dense_bypass),
        stop_mask_((1U << config.accumulator_address_bits()) - 1) {}

  struct View {
    bool tile_taken = false;
    bool read_taken = false;
    bool step = false;
    bool ready = false;
  };
  [[nodiscard]] bool at_work() const { return run_; }
  [[nodiscard]] bool tile_valid() const { return run_ && array_ && !tile_taken_; }
  [[nodiscard]] TileCommand tile() const {
    return {stop_, run_first_ && block_start_, run_last_ && block_end(), dense_};
  }
  [[nodiscard]] bool read_valid() const { return run_ && !read_taken_; }
  [[nodiscard]] ReadJob job() const {
    const auto last_index = static_cast<std::uint16_t>(widths_.words_of(width_) - 1);
    return {dense_ ? last_dense_ : last_index, 0, !array_, run_end(), false, width_};
  }
  void look(bool tile_ready, bool read_ready, View& view) const {
    view.tile_taken = tile_taken_ || tile_ready || !array_;
    view.read_taken = read_taken_ || read_ready;
    view.step = run_ && view.tile_taken && view.read_taken;
    view.ready = !run_ || (view.step && run_end());
  }
  void edge(const View& view, bool take, const Shape& shape, const Run& run) {
    if (run_) {
      tile_taken_ = array_ && view.tile_taken && !view.step;
      read_taken_ = view.read_taken && !view.step;
      if (view.step) step();
    }
    if (take) begin(shape, run);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(run_, tile_taken_, read_taken_);
    const std::int64_t kernel = std::int64_t{last_kernel_x_} + 1;
    const std::int64_t groups = std::int64_t{last_group_} + 1;
    std::int64_t tiles = array_ ? kernel * (last_kernel_y_ + 1) * groups : 1;  // of a block
    std::array<std::int64_t, 2> left{-1, -1};
    if (run_) {
      archive(array_, dense_, width_, run_first_, run_last_, block_start_, stop_, tiles);
      left[0] = array_ ? (kernel_y_ * kernel + kernel_x_) * groups + group_ : 0;
      left[1] = array_ ? block_ * tiles + left[0] : 0;
    }
    archive.counters(left);
    if constexpr (Archive::kRestores) {
      if (!run_ || !array_) return;
      group_ = static_cast<std::uint16_t>(left[0] % groups);
      kernel_x_ = static_cast<std::uint16_t>(left[0] / groups % kernel);
      kernel_y_ = static_cast<std::uint16_t>(left[0] / groups / kernel);
      block_ = static_cast<std::uint16_t>(left[1] / tiles);
    }
  }

 private:
  [[nodiscard]] bool block_end() const { return (group_ | kernel_x_ | kernel_y_) == 0; }
  [[nodiscard]] bool run_end() const { return !array_ || (block_end() && block_ == 0); }
  void step() {
    if (run_end()) run_ = false;
    const bool ends = block_end();
    block_start_ = ends;
    if (group_ != 0) {
      --group_;
      return;
    }
    group_ = last_group_;
    if (kernel_x_ != 0) {
      --kernel_x_;
      return;
    }
    kernel_x_ = last_kernel_x_;
    kernel_y_ = kernel_y_ != 0 ? static_cast<std::uint16_t>(kernel_y_ - 1) : last_kernel_y_;
    if (ends) block_ = (block_ - 1U) & kCount12;
  }
  void begin(const Shape& shape, const Run& run) {
    run_ = true;
    array_ = shape.operation == kArray;
    dense_ = bypass_ && shape.dense;
    width_ = static_cast<std::uint8_t>(widths_.width_of(shape.index_bits));
    run_first_ = run.first;
    run_last_ = run.last;
    block_start_ = true;
    stop_ = static_cast<std::uint16_t>((std::uint32_t{run.out_h} * run.out_w - 1) & stop_mask_);
    group_ = last_group_ = (run.groups - 1U) & kCount12;
    kernel_x_ = last_kernel_x_ = (shape.kernel_w - 1U) & kCount12;
    kernel_y_ = last_kernel_y_ = (shape.kernel_h - 1U) & kCount12;
    block_ = (run.blocks - 1U) & kCount12;
  }

  IndexWidths widths_;
  std::uint8_t width_ = 0;
  std::uint16_t last_dense_;
  bool bypass_;
  std::uint32_t stop_mask_;
  bool run_ = false;
  bool tile_taken_ = false;
  bool read_taken_ = false;
  bool array_ = false;
  bool dense_ = false;
  bool run_first_ = false;
  bool run_last_ = false;
  bool block_start_ = false;
  std::uint16_t stop_ = 0;
  std::uint16_t group_ = 0;
  std::uint16_t kernel_x_ = 0;
  std::uint16_t kernel_y_ = 0;
  std::uint16_t block_ = 0;
  std::uint16_t last_group_ = 0;
  std::uint16_t last_kernel_x_ = 0;
  std::uint16_t last_kernel_y_ = 0;
};

}  // namespace vqrom::sim::timing
