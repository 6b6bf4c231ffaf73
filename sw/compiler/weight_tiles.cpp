// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/weight_tiles.h"

#include <vector>

namespace vqrom::compiler {

TileUse WeightTiles::of(const WeightPiece& piece, std::int64_t& word) {
  if (resident_) return resident(piece, word);
  word = 0;
  const Key key = key_of(piece);
  if (use_.tile >= 0 && key == key_) return use_;
  const Data& data = packed(piece);
  key_ = key;
  tasks_.tiles.push_back(
      {config::Target::kWeights, data.words, {{contiguous(data.address, data.words)}}});
  use_ = {static_cast<int>(tasks_.tiles.size()) - 1, 0};
  return use_;
}

TileUse WeightTiles::resident(const WeightPiece& piece, std::int64_t& word) {
  if (use_.tile < 0) {
    tasks_.tiles.push_back({config::Target::kWeights, 0, {}});
    use_ = {static_cast<int>(tasks_.tiles.size()) - 1, -1};
  }
  const Key key = key_of(piece);
  if (const auto found = words_.find(key); found != words_.end()) {
    word = found->second;
    return use_;
  }
  const Data& data = packed(piece);
  Tile& tile = tasks_.tiles[static_cast<std::size_t>(use_.tile)];
  word = words_[key] = tile.words;
  Transfer load = contiguous(data.address, data.words);
  load.buffer = tile.words;
  tile.words += data.words;
  tile.parts.push_back({load});
  ++use_.part;
  return use_;
}

std::int64_t WeightTiles::tiles_of(const WeightPiece& piece) const {
  std::int64_t tiles = 0;
  for (std::int64_t b = piece.block; b < piece.block + piece.blocks; ++b) {
    const Taps taps = piece.taps_of(layer_.blocks[static_cast<std::size_t>(b)]);
    tiles += taps.ky.count * taps.kx.count * taps.groups.count;
  }
  return tiles;
}

const WeightTiles::Data& WeightTiles::packed(const WeightPiece& piece) {
  const Key key = key_of(piece);
  if (const auto found = data_.find(key); found != data_.end()) return found->second;
  if (!layout_.keeps_data()) {
    const std::int64_t words = tile_words_ * tiles_of(piece);
    return data_[key] = {layout_.add_space(words * config_.bus_bytes()), words};
  }
  std::vector<std::uint8_t> bytes;
  const auto tile_bytes = static_cast<std::size_t>(tile_words_ * config_.bus_bytes());
  for (std::int64_t b = piece.block; b < piece.block + piece.blocks; ++b) {
    const Taps taps = piece.taps_of(layer_.blocks[static_cast<std::size_t>(b)]);
    for (std::int64_t ky = taps.ky.first; ky < taps.ky.end(); ++ky) {
      for (std::int64_t kx = taps.kx.first; kx < taps.kx.end(); ++kx) {
        for (std::int64_t g = taps.groups.first; g < taps.groups.end(); ++g) {
          bytes.resize(bytes.size() + tile_bytes);
          layer_.pack({b, ky, kx, g}, std::span(bytes).last(tile_bytes));
        }
      }
    }
  }
  const std::int64_t words = std::ssize(bytes) / config_.bus_bytes();
  return data_[key] = {layout_.add_data(bytes), words};
}

}  // namespace vqrom::compiler
