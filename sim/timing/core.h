// SPDX-License-Identifier: Apache-2.0
// core — vq_core: tiles, weights, activations and parameters in, codes out.
#pragma once

#include <cstdint>

#include "gen/config/accelerator_config.h"
#include "sim/timing/accumulator.h"
#include "sim/timing/bank_reads.h"
#include "sim/timing/drain.h"
#include "sim/timing/fifo.h"
#include "sim/timing/fork.h"
#include "sim/timing/lanes.h"
#include "sim/timing/param_buffer.h"
#include "sim/timing/tile_control.h"
#include "sim/timing/unpack.h"
#include "sim/timing/weight_buffer.h"
#include "sim/timing/word_route.h"

namespace vqrom::sim::timing {

class Core {
 public:
  explicit Core(const config::AcceleratorConfig& config);

  struct Inputs {
    bool tile_valid = false;
    TileCommand tile;
    bool wgt_valid = false;
    int wgt_width = 0;  // of the indices of the word's tile
    bool act_valid = false;
    bool param_valid = false;
    bool out_ready = false;
  };
  struct View {
    bool tile_ready = false;
    bool wgt_ready = false;
    bool param_ready = false;
    bool decode = false;
    bool conflict = false;  // a beat reads, and needs another read of a bank
    TileControl::View control;
    // Inside.
    unsigned fork_ready = 0;
    bool index_put = false, index_take = false;
    bool dense_put = false, dense_take = false;
    bool beat = false;
    bool stage_ready = false;
    bool buffer_put = false;
    bool lanes_ready = false;
    bool release = false;
  };
  [[nodiscard]] bool is_banked() const { return banked_; }
  // With banks: of the beats of indices that come.
  [[nodiscard]] BankReads& bank_reads() { return bank_reads_; }
  [[nodiscard]] bool out_valid() const { return lanes_.valid(); }
  void look(const Inputs& in, View& view) const {
    look_weights(in, view);
    control_.look(tiles_.valid(), tiles_.front(), in.act_valid,
                  buffer_.next_valid(control_.release()), params_.loaded(), blocks_.ready(),
                  view.control);
    view.param_ready = params_.ready();
    view.lanes_ready = lanes_.ready(in.out_ready);
    view.release = drain_.release(view.lanes_ready);
  }
  // Cycles, this one included, that all go like this one; in those with decoding, words go to the
  // unpacker as it needs them, up to `words`.
  [[nodiscard]] std::int64_t steady_cycles(const Inputs& in, const View& view,
                                           std::int64_t words) const;
  // Lets cycles pass after the first of them, whose edge is done; how many words went in.
  std::int64_t advance(const View& view, std::int64_t cycles);

  void edge(const Inputs& in, const View& view) {
    const bool beat_last = (view.index_take && index_.last()) || (view.dense_take && dense_.last());
    edge_weights(in, view);
    params_.edge(in.param_valid && view.param_ready, view.control.issue && view.control.block_start,
                 view.release);
    const bool drain_valid = drain_.valid();
    drain_.edge(blocks_.valid(), blocks_.front(), accumulator_.done(), view.lanes_ready);
    lanes_.edge(view.lanes_ready, drain_valid);
    const bool block_end = view.control.issue && view.control.block_end;
    accumulator_.edge(block_end);
    blocks_.edge(block_end, tiles_.front().stop, view.release);
    const bool tile_taken = view.control.issue && view.control.tile_end;
    control_.edge(view.control);
    if (bypass_) {
      const unsigned pushes = fork_.valid(in.tile_valid) & view.fork_ready;
      fork_.edge(in.tile_valid, view.fork_ready);
      tiles_.edge((pushes & 1) != 0, in.tile, tile_taken);
      const bool word = in.wgt_valid && view.wgt_ready;
      const bool word_dense = word_modes_.front();
      word_modes_.edge((pushes & 2) != 0, in.tile.dense,
                       word && route_.last(word_dense, in.wgt_width));
      route_.edge(word, word_dense, in.wgt_width);
      beat_modes_.edge((pushes & 4) != 0, in.tile.dense, beat_last);
    } else {
      tiles_.edge(in.tile_valid && view.tile_ready, in.tile, tile_taken);
    }
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(fork_, tiles_, word_modes_, beat_modes_, route_, index_, dense_, stage_, buffer_,
            control_, accumulator_, params_, blocks_, lanes_);
    drain_.state(archive, blocks_.valid(), blocks_.front());
  }

 private:
  void look_weights(const Inputs& in, View& view) const {
    view.buffer_put = stage_ && buffer_.ready(control_.release());
    view.stage_ready = !stage_ || view.buffer_put;
    if (!bypass_) {
      view.tile_ready = tiles_.ready();
      view.beat = index_.valid();
      view.index_take = view.beat && view.stage_ready;
      if (banked_) look_banks(view);
      view.wgt_ready = index_.ready(view.index_take);
      view.index_put = in.wgt_valid && view.wgt_ready;
      view.decode = view.index_take;
      return;
    }
    view.fork_ready = (tiles_.ready() ? 1U : 0U) | (word_modes_.ready() ? 2U : 0U) |
                      (beat_modes_.ready() ? 4U : 0U);
    view.tile_ready = fork_.ready(view.fork_ready);
    const bool dense_beat = beat_modes_.front();
    view.beat = beat_modes_.valid() && (dense_beat ? dense_.valid() : index_.valid());
    view.index_take = !dense_beat && view.beat && view.stage_ready;
    if (banked_) look_banks(view);
    view.dense_take = dense_beat && view.beat && view.stage_ready;
    view.decode = view.index_take;
    const bool dense_word = word_modes_.front();
    view.wgt_ready = word_modes_.valid() &&
                     (dense_word ? dense_.ready(view.dense_take) : index_.ready(view.index_take));
    const bool put = in.wgt_valid && view.wgt_ready;
    view.index_put = !dense_word && put;
    view.dense_put = dense_word && put;
  }
  void look_banks(View& view) const {
    view.conflict = view.index_take && reads_ < bank_reads_.next();
    if (view.conflict) view.index_take = false;
  }
  void edge_banks(const View& view) {
    if (view.conflict) ++reads_;
    if (!view.index_take) return;
    reads_ = 0;
    bank_reads_.pop(1);
  }
  void edge_weights(const Inputs& in, const View& view) {
    if (banked_) edge_banks(view);
    buffer_.edge(view.buffer_put, control_.release());
    if (view.stage_ready) stage_ = view.index_take || view.dense_take;
    index_.edge(view.index_take, view.index_put, ports_ * in.wgt_width);
    if (bypass_) dense_.edge(view.dense_take, view.dense_put);
  }

  bool bypass_;
  bool banked_;
  BankReads bank_reads_;
  int reads_ = 0;  // of the beat at work that are done
  int ports_;
  Fork<3> fork_;
  Fifo<TileCommand, 2> tiles_;
  Fifo<bool, 4> word_modes_;
  Fifo<bool, 4> beat_modes_;
  WordRoute route_;
  Unpack index_;
  Unpack dense_;
  bool stage_ = false;  // vq_decode's register is full
  WeightBuffer buffer_;
  TileControl control_;
  Accumulator accumulator_;
  ParamBuffer params_;
  Fifo<std::uint16_t, 2> blocks_;  // address of the last pixel
  Drain drain_;
  Lanes lanes_;
};

}  // namespace vqrom::sim::timing
