// SPDX-License-Identifier: Apache-2.0
// steady — how long the blocks go on as they do in one cycle, and what that leads to.
#include <algorithm>

#include "sim/timing/accelerator.h"
#include "sim/timing/forever.h"

namespace vqrom::sim::timing {
namespace {

// Issues of a tile before its pixels cannot meet those of the tile before.
constexpr std::uint16_t kFirstPixels = 2;

// Of at, at + step, ..., `count` of them, those within 0 ... size - 1.
std::int64_t count_inside(std::int64_t at, std::int64_t step, std::int64_t count,
                          std::int64_t size) {
  if (step == 0) return at >= 0 && at < size ? count : 0;
  const auto below = [&](std::int64_t limit) {
    return at >= limit ? 0 : std::min(count, (limit - at + step - 1) / step);
  };
  return below(size) - below(0);
}

}  // namespace

std::int64_t WindowWalker::advance(std::int64_t vectors) {
  const auto inside = [](std::int64_t at, std::int16_t size) { return at >= 0 && at < size; };
  std::int64_t pads = 0;
  while (vectors > 0) {
    const std::int64_t tile = (std::int64_t{last_[0]} + 1) * (last_[1] + 1);
    if (array_ && vectors >= tile && left_[0] == last_[0] && left_[1] == last_[1]) {
      pads += tile - count_inside(x_, inner_x_step_, last_[0] + 1, in_w_) *
                         count_inside(y_, inner_y_step_, last_[1] + 1, in_h_);
      left_[0] = left_[1] = 0;
      step();
      vectors -= tile;
      continue;
    }
    const std::int64_t row = std::min<std::int64_t>(vectors, left_[0]);
    pads += inside(y_, in_h_) ? row - count_inside(x_, inner_x_step_, row, in_w_) : row;
    left_[0] = static_cast<std::uint16_t>(left_[0] - row);
    x_ = static_cast<std::int16_t>(x_ + row * inner_x_step_);
    vectors -= row;
    if (vectors == 0) break;
    if (pad()) ++pads;
    step();
    --vectors;
  }
  vector_ = {!array_, false, false, false};
  return pads;
}

std::int64_t Core::steady_cycles(const Inputs& in, const View& view, std::int64_t words) const {
  const bool pushes = bypass_ ? (fork_.valid(in.tile_valid) & view.fork_ready) != 0
                              : in.tile_valid && view.tile_ready;
  const bool release = control_.release();
  if (pushes || release || view.conflict || buffer_.moves(release) || !accumulator_.idle() ||
      view.release || !view.lanes_ready) {
    return 1;
  }
  std::int64_t cycles = kForever;
  if (view.index_take || view.dense_take) {
    const bool dense = view.dense_take;
    const Unpack& unpack = dense ? dense_ : index_;
    const bool puts_other = dense ? view.index_put : view.dense_put;
    if (!view.buffer_put || !unpack.keeps_up() || puts_other) return 1;
    // The words that come now may be those of another kind of tile.
    const bool words_come = !bypass_ || (word_modes_.valid() && word_modes_.front() == dense);
    const std::int64_t some =
        bypass_ ? std::min(words, route_.free_words(dense, in.wgt_width)) : words;
    cycles = std::min(
        {unpack.free_beats(), buffer_.free_beats(), unpack.beats_for(words_come ? some : 0)});
    if (banked_ && view.index_take) cycles = std::min(cycles, bank_reads_.free_beats() + 1);
  } else if (view.buffer_put || (in.wgt_valid && view.wgt_ready)) {
    return 1;
  }
  if (view.control.issue) {
    if (view.control.block_start || control_.pixel() < kFirstPixels) return 1;
    cycles = std::min(cycles, control_.free_issues(tiles_.front()));
  } else if (!control_.waits()) {
    return 1;
  }
  if (drain_.issues(blocks_.valid(), true)) {
    if (!drain_.valid() || !lanes_.full()) return 1;
    cycles = std::min(cycles, drain_.free_beats(blocks_.front()));
  } else if (drain_.valid() || !lanes_.empty()) {
    return 1;
  }
  return cycles;
}

std::int64_t Core::advance(const View& view, std::int64_t cycles) {
  std::int64_t words = 0;
  if (view.index_take || view.dense_take) {
    Unpack& unpack = view.dense_take ? dense_ : index_;
    words = unpack.words_for(cycles);
    unpack.advance(cycles, words);
    buffer_.advance(cycles);
    if (banked_ && view.index_take) bank_reads_.pop(cycles);
    if (bypass_) route_.advance(words);
  }
  if (view.control.issue) control_.advance_issues(cycles);
  if (drain_.valid()) drain_.advance(cycles);
  return words;
}

std::int64_t Compute::steady_cycles(const View& view) const {
  if ((view.offered & view.ready) != 0 || view.out.finish || out_.done() ||
      (places_.valid() && view.out.ready) || !order_.quiet() || view.param_reads ||
      (param_reader_.valid() && view.param_ready) || view.tiles.step || view.tile_job ||
      !vector_.holds(view.vector_in, view.vector)) {
    return 1;
  }
  const bool vectors = walker_.valid();
  if (view.goes ? !vectors : vectors && view.walked) return 1;
  const std::int64_t words =
      wgt_reader_.valid() && wgt_reader_.busy() ? wgt_reader_.free_words() : 0;
  std::int64_t cycles = core_.steady_cycles(view.core_in, view.core, words);
  const bool decodes = view.core.index_take || view.core.dense_take;
  if (cycles > 1 && !decodes && view.tile_reads) return 1;
  if (view.goes) cycles = std::min(cycles, walker_.free_vectors());
  if (view.out.beat) {
    cycles = std::min(cycles, out_.free_beats());
  } else if (out_.writes()) {
    return 1;
  }
  return cycles;
}

std::int64_t Compute::advance(const View& view, std::int64_t cycles) {
  const std::int64_t words = core_.advance(view.core, cycles);
  if (words > 0) wgt_reader_.advance(words);
  if (view.out.beat) out_.advance(cycles);
  return view.goes ? walker_.advance(cycles) : 0;
}

std::int64_t Accelerator::reads_steady_cycles(const MemoryInputs& memory) const {
  if (csr_.start() || csr_.stop() || csr_.irq() ||
      !control_.holds(view_.control, view_.dma.fetch_ready, view_.dma.fetch_word)) {
    return 1;
  }
  const std::int64_t cycles = dma_.reads().steady_cycles(memory, view_.dma, view_.control.ar_valid,
                                                         view_.control.load_valid);
  return cycles <= 1 ? 1 : std::min(cycles, csr_.quiet_cycles());
}

}  // namespace vqrom::sim::timing
