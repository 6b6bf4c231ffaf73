// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "gen/blocks/core_builder.h"
#include "gen/blocks/index_widths.h"
#include "gen/leaf/field_bits.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

constexpr int kCommandDepth = 2;
constexpr int kModeDepth = 4;

// Which of the fork's outputs goes where.
constexpr int kToControl = 0;
constexpr int kToRouter = 1;
constexpr int kToMerge = 2;

}  // namespace

void CoreBuilder::add_tile_queues() {
  if (bypass_) {
    m_.section({"Tiles: a command goes to the control, its mode to the router and to the merge."});
    fork_valid_ = m_.wire("fork_valid", 3);
    fork_ready_ = m_.wire("fork_ready", 3);
    leaf("vq_fork", "u_tile_fork")
        .parameter("N", 3)
        .connect("valid_i", tile_.valid)
        .connect("ready_o", tile_.ready)
        .connect("valid_o", fork_valid_)
        .connect("ready_i", fork_ready_);
  } else {
    m_.section({"Tiles: commands wait for the control."});
  }
  const Expression command_bits = address_bits_ + 2 + leaf::kBoundsBits;
  const Net tile_data = m_.wire("tile_data", command_bits);
  command_ = stream("command", command_bits);
  m_.assign(tile_data,
            {tile_high_, tile_low_, tile_zero_point_, tile_last_, tile_first_, tile_stop_});
  add_fifo("u_tile_fifo", kCommandDepth,
           bypass_ ? fork_valid_.bit(kToControl) : tile_.valid.whole(),
           bypass_ ? fork_ready_.bit(kToControl) : tile_.ready.whole(), tile_data, command_);

  command_stop_ = m_.wire("command_stop", address_bits_);
  command_first_ = m_.wire("command_first", 1);
  command_last_ = m_.wire("command_last", 1);
  command_bounds_ = m_.wire("command_bounds", leaf::kBoundsBits, "high, low, zero point");
  m_.assign(command_stop_, {command_.data.slice(0, address_bits_)});
  m_.assign(command_first_, {command_.data.bit(address_bits_)});
  m_.assign(command_last_, {command_.data.bit(address_bits_ + 1)});
  m_.assign(command_bounds_, {command_.data.slice(address_bits_ + 2, leaf::kBoundsBits)});
  if (bypass_) add_mode_queues();
}

void CoreBuilder::add_mode_queues() {
  word_mode_ = stream("word_mode");
  word_mode_.data = m_.wire("word_dense", 1);
  beat_mode_ = stream("beat_mode");
  beat_mode_.data = m_.wire("beat_dense", 1);
  add_fifo("u_word_mode_fifo", kModeDepth, fork_valid_.bit(kToRouter), fork_ready_.bit(kToRouter),
           tile_dense_, word_mode_);
  add_fifo("u_beat_mode_fifo", kModeDepth, fork_valid_.bit(kToMerge), fork_ready_.bit(kToMerge),
           tile_dense_, beat_mode_);
}

void CoreBuilder::add_unpackers() {
  if (!bypass_) {
    m_.section({"Weights: words of the bus become beats of PORTS indices."});
    beats_ = index_beats_ = stream("beat", index_beat_bits_);
    const Net last = m_.unused("unused_beat_last", 1);
    add_index_unpacker(wgt_, index_beats_, last);
    return;
  }
  m_.section({"Weights: words of the bus become beats of PORTS indices, or of as many int8 weights",
              "as they stand for."});
  index_words_ = stream("index_word");
  dense_words_ = stream("dense_word");
  index_words_.data = dense_words_.data = wgt_.data;
  index_beats_ = stream("index_beat", index_beat_bits_);
  const Net index_last = m_.wire("index_beat_last", 1);
  dense_beats_ = stream("dense_beat", weight_beat_bits_);
  const Net dense_last = m_.wire("dense_beat_last", 1);
  beats_ = stream("beat");
  beats_dense_ = m_.wire("beat_is_dense", 1);
  netlist::Instance& route =
      leaf(has_widths_ ? "vq_word_route_widths" : "vq_word_route", "u_word_route");
  if (has_widths_) {
    const IndexWidths widths(config_);
    route.parameter("IN_W", bus_bits_)
        .parameter("INDICES", config_.tile_codewords())
        .parameter("INDEX_W", index_bits_)
        .parameter("WIDTH_SET", widths.set)
        .parameter("SELECT_W", widths.select_bits)
        .connect("select_i", wgt_select_);
  } else {
    route.parameter("INDEX_WORDS", config_.index_words());
  }
  route.parameter("DENSE_WORDS", config_.dense_words())
      .parameter("COUNT_W", count_bits(std::max(config_.index_words(), config_.dense_words())))
      .connect("mode_valid_i", word_mode_.valid)
      .connect("mode_ready_o", word_mode_.ready)
      .connect("mode_dense_i", word_mode_.data)
      .connect("valid_i", wgt_.valid)
      .connect("ready_o", wgt_.ready)
      .connect("index_valid_o", index_words_.valid)
      .connect("index_ready_i", index_words_.ready)
      .connect("dense_valid_o", dense_words_.valid)
      .connect("dense_ready_i", dense_words_.ready);
  add_index_unpacker(index_words_, index_beats_, index_last);
  add_unpacker("u_dense_unpack", weight_beat_bits_,
               config_.codebook.read_ports * config_.codebook.dimension * config_.weight_bits(),
               dense_words_, dense_beats_, dense_last);
  leaf("vq_beat_merge", "u_beat_merge")
      .connect("mode_valid_i", beat_mode_.valid)
      .connect("mode_ready_o", beat_mode_.ready)
      .connect("mode_dense_i", beat_mode_.data)
      .connect("index_valid_i", index_beats_.valid)
      .connect("index_ready_o", index_beats_.ready)
      .connect("index_last_i", index_last)
      .connect("dense_valid_i", dense_beats_.valid)
      .connect("dense_ready_o", dense_beats_.ready)
      .connect("dense_last_i", dense_last)
      .connect("valid_o", beats_.valid)
      .connect("ready_i", beats_.ready)
      .connect("dense_o", beats_dense_);
}

void CoreBuilder::add_unpacker(std::string_view name, const Expression& beat_bits,
                               int beat_bits_value, const Stream& words, const Stream& beats,
                               const Net& last) {
  const int unit = std::gcd(config_.bus.data_bits, beat_bits_value);
  const int units = (config_.bus.data_bits + beat_bits_value) / unit;
  leaf("vq_unpack", name)
      .parameter("IN_W", bus_bits_)
      .parameter("OUT_W", beat_bits)
      .parameter("UNIT", unit)
      .parameter("FILL_W", base::ceil_log2(static_cast<std::uint64_t>(units)))
      .parameter("BEATS", tile_beats_)
      .parameter("BEAT_W", count_bits(config_.tile_beats()))
      .connect("valid_i", words.valid)
      .connect("ready_o", words.ready)
      .connect("data_i", words.data)
      .connect("valid_o", beats.valid)
      .connect("ready_i", beats.ready)
      .connect("data_o", beats.data)
      .connect("last_o", last);
}

void CoreBuilder::add_index_unpacker(const Stream& words, const Stream& beats, const Net& last) {
  const int beat = config_.codebook.read_ports * config_.index_bits();
  if (!has_widths_) {
    add_unpacker("u_index_unpack", index_beat_bits_, beat, words, beats, last);
    return;
  }
  const IndexWidths widths(config_);
  const auto units = [&](int bits) { return static_cast<std::uint64_t>(bits / widths.unit); };
  leaf("vq_unpack_widths", "u_index_unpack")
      .parameter("IN_W", bus_bits_)
      .parameter("PORTS", ports_)
      .parameter("INDEX_W", index_bits_)
      .parameter("BASE_W", widths.base_bits)
      .parameter("WIDTH_SET", widths.set)
      .parameter("SELECT_W", widths.select_bits)
      .parameter("UNIT", widths.unit)
      .parameter("FILL_W", base::ceil_log2(units(config_.bus.data_bits + beat)))
      .parameter("SHIFT_W", std::max(1, base::ceil_log2(units(beat))))
      .parameter("BEATS", tile_beats_)
      .parameter("BEAT_W", count_bits(config_.tile_beats()))
      .connect("valid_i", words.valid)
      .connect("ready_o", words.ready)
      .connect("data_i", words.data)
      .connect("select_i", wgt_select_)
      .connect("base_i", wgt_base_)
      .connect("valid_o", beats.valid)
      .connect("ready_i", beats.ready)
      .connect("data_o", beats.data)
      .connect("last_o", last);
}

void CoreBuilder::add_decode() {
  m_.section({"Decoding: beats of weights fill the tile that comes next."});
  const Stream weight_beats = stream("weight_beat", weight_beat_bits_);
  weights_ = m_.wire("weights", rows_ * columns_ * weight_bits_, "of the tile at work");
  weights_next_valid_ = m_.wire("weights_next_valid", 1);
  weights_release_ = m_.wire("weights_release", 1);
  netlist::Instance& decode = m_.instance(decode_, "u_decode");
  decode.connect("clk", clk_)
      .connect("rst_n", rst_n_)
      .connect("valid_i", beats_.valid)
      .connect("ready_o", beats_.ready)
      .connect("indices_i", index_beats_.data);
  if (bypass_) decode.connect("dense_i", beats_dense_).connect("dense_data_i", dense_beats_.data);
  decode.connect("valid_o", weight_beats.valid)
      .connect("ready_i", weight_beats.ready)
      .connect("weights_o", weight_beats.data)
      .connect("read_o", decode_read_);
  if (config_.is_banked()) decode.connect("conflict_o", decode_conflict_);
  if (config_.loads_codebook()) {
    decode.connect("codebook_wr_en_i", codebook_en_)
        .connect("codebook_wr_addr_i", codebook_addr_)
        .connect("codebook_wr_data_i", codebook_data_);
  }
  leaf("vq_weight_buffer", "u_weight_buffer")
      .parameter("BEATS", tile_beats_)
      .parameter("BEAT_W", weight_beat_bits_)
      .parameter("COUNT_W", count_bits(config_.tile_beats()))
      .connect("valid_i", weight_beats.valid)
      .connect("ready_o", weight_beats.ready)
      .connect("data_i", weight_beats.data)
      .connect("next_valid_o", weights_next_valid_)
      .connect("release_i", weights_release_)
      .connect("weights_o", weights_);
}

}  // namespace vqrom::blocks
