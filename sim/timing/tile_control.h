// SPDX-License-Identifier: Apache-2.0
// tile_control — vq_tile_control: issues a vector a cycle, tile after tile.
#pragma once

#include <cstdint>

#include "sim/timing/tile_walker.h"

namespace vqrom::sim::timing {

class TileControl {
 public:
  struct View {
    bool ready = false;  // act_ready_o
    bool issue = false;
    bool tile_end = false;
    bool block_start = false;
    bool block_end = false;
    bool wait_weights = false;
    bool wait_params = false;
    bool wait_sums = false;
    bool wait_acts = false;
  };
  [[nodiscard]] bool release() const { return release_; }
  void look(bool tile_valid, const TileCommand& tile, bool act_valid, bool weights_next_valid,
            bool params_loaded, bool block_ready, View& view) const {
    if (!tile_valid) {
      view = {};
      return;
    }
    view.tile_end = pixel_ == tile.stop;
    view.block_start = tile.first && pixel_ == 0;
    view.block_end = tile.last && view.tile_end;
    const bool params_ok = !view.block_start || params_loaded;
    const bool sums_ok =
        tile.first || !(recent1_.same(pixel_, bank_) || recent2_.same(pixel_, bank_));
    const bool block_ok = !view.block_end || block_ready;
    view.wait_weights = !weights_next_valid;
    view.wait_params = weights_next_valid && !(params_ok && block_ok);
    view.wait_sums = weights_next_valid && params_ok && block_ok && !sums_ok;
    view.ready = weights_next_valid && params_ok && sums_ok && block_ok;
    view.issue = view.ready && act_valid;
    view.wait_acts = view.ready && !act_valid;
  }
  void edge(const View& view) {
    recent2_ = recent1_;
    recent1_ = {pixel_, bank_, view.issue};
    release_ = view.issue && view.tile_end;
    if (!view.issue) return;
    pixel_ = view.tile_end ? 0 : static_cast<std::uint16_t>(pixel_ + 1);
    if (view.block_end) bank_ = !bank_;
  }
  // An edge in which nothing is issued changes nothing that counts.
  [[nodiscard]] bool waits() const { return !recent1_.valid && !recent2_.valid && !release_; }
  // Issues before one that ends the tile.
  [[nodiscard]] std::int64_t free_issues(const TileCommand& tile) const {
    return std::int64_t{tile.stop} - pixel_;
  }
  [[nodiscard]] std::uint16_t pixel() const { return pixel_; }
  // Issues, one a cycle, after one.
  void advance_issues(std::int64_t issues) {
    pixel_ = static_cast<std::uint16_t>(pixel_ + issues);
    recent1_ = {static_cast<std::uint16_t>(pixel_ - 1), bank_, true};
    recent2_ = {static_cast<std::uint16_t>(pixel_ - 2), bank_, true};
  }

  // The banks change places until the next block's is bank 0.
  template <typename Archive>
  void state(Archive& archive) {
    recent1_.bank = recent1_.bank != bank_;
    recent2_.bank = recent2_.bank != bank_;
    bank_ = false;
    archive(pixel_, release_, recent1_, recent2_);
  }

 private:
  struct Recent {
    std::uint16_t pixel = 0;
    bool bank = false;
    bool valid = false;
    [[nodiscard]] bool same(std::uint16_t other, bool other_bank) const {
      return valid && pixel == other && bank == other_bank;
    }
    template <typename Archive>
    void state(Archive& archive) {
      archive(valid);
      if (valid) archive(pixel, bank);
    }
  };
  std::uint16_t pixel_ = 0;
  bool bank_ = false;
  bool release_ = false;
  Recent recent1_;
  Recent recent2_;
};

}  // namespace vqrom::sim::timing
