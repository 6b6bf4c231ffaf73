// SPDX-License-Identifier: Apache-2.0
// weight_tiles — the weights of an array layer, packed for LOADs, and the tiles that hold them.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/geometry.h"
#include "sw/compiler/memory_layout.h"
#include "sw/compiler/task.h"

namespace vqrom::compiler {

// Blocks whose weights come with one LOAD, in the order of their RUNs.
struct WeightPiece {
  std::int64_t block = 0;
  std::int64_t blocks = 1;
  Taps taps;  // no groups: each block's own
  bool first = true;
  bool last = true;

  [[nodiscard]] Taps taps_of(const Block& of) const {
    const bool own = taps.groups.count == 0;
    return {taps.ky, taps.kx, own ? Extent{of.first_group, of.groups} : taps.groups};
  }
};

class WeightTiles {
 public:
  // `resident`: all pieces stand in one tile and are loaded once.
  WeightTiles(const ArrayLayer& layer, std::int64_t tile_words, bool resident,
              const config::AcceleratorConfig& config, MemoryLayout& layout, TaskList& tasks)
      : layer_(layer),
        tile_words_(tile_words),
        resident_(resident),
        config_(config),
        layout_(layout),
        tasks_(tasks) {}

  // The tile that holds a piece, loaded if it is not the one in use, and where in it the piece
  // starts.
  [[nodiscard]] TileUse of(const WeightPiece& piece, std::int64_t& word);

 private:
  // Block, first group, kernel row and column.
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
  struct Data {
    std::int64_t address = 0;
    std::int64_t words = 0;
  };

  static Key key_of(const WeightPiece& piece) {
    return {piece.block, piece.taps.groups.first, piece.taps.ky.first, piece.taps.kx.first};
  }
  [[nodiscard]] std::int64_t tiles_of(const WeightPiece& piece) const;
  // Packs a piece the first time, then finds it again.
  const Data& packed(const WeightPiece& piece);
  TileUse resident(const WeightPiece& piece, std::int64_t& word);

  const ArrayLayer& layer_;
  std::int64_t tile_words_;
  bool resident_;
  const config::AcceleratorConfig& config_;
  MemoryLayout& layout_;
  TaskList& tasks_;
  std::map<Key, Data> data_;
  std::map<Key, std::int64_t> words_;  // of the resident tile
  TileUse use_;
  Key key_;
};

}  // namespace vqrom::compiler
