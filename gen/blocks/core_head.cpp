// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/accelerator.h"
#include "gen/blocks/core_builder.h"
#include "gen/blocks/index_widths.h"
#include "gen/leaf/field_bits.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

constexpr int kBiasBits = 32;

}  // namespace

void CoreBuilder::write_header() {
  const auto& array = config_.array;
  const std::string size = fmt::format("{} x {}", array.rows, array.columns);
  const std::string roms = config_.is_banked()
                               ? fmt::format("{} banks", config_.codebook.banks)
                               : fmt::format("{} x ROM", config_.codebook.read_ports);
  std::vector<std::string> lines;
  if (bypass_) {
    lines = {"  wgt ─▶ route ─┬▶ unpack indices ─┬▶ merge ─▶ decode ─▶ weight buffer",
             fmt::format("                └▶ unpack int8 ────┘           {:<9}      │ {} weights",
                         roms, size)};
  } else {
    lines = {"  wgt ─▶ unpack indices ────────────────────▶ decode ─▶ weight buffer",
             fmt::format("                                              {:<9}      │ {} weights",
                         roms, size)};
  }
  lines.insert(
      lines.end(),
      {"  act ─────────────────────────────────────────────────▶ MAC array",
       fmt::format("                                                             │ {} sums",
                   array.columns),
       "  tile ─▶ queue ─▶ control ─── issue ──────────────────▶ accumulator",
       fmt::format("                                                             │ 2 x {} pixels",
                   config_.accumulator.depth),
       "  param ─▶ buffer, 2 banks ──────────────── drain ─────▶ lane select",
       fmt::format("                                                             │ {} a cycle",
                   config_.requantise.lanes),
       "                                             out ◀────── requantise", "",
       fmt::format(
           "Latency     {} cycles from an issue to the array's sums, {} from a block's last "
           "issue to its",
           array_latency(config_), pipeline_latency(config_)),
       fmt::format("            first codes when no other block is drained. A tile decodes in {} "
                   "cycles, a pixel",
                   config_.tile_beats()),
       fmt::format("            drains in {}; both behind the computing of another tile or block.",
                   config_.drain_beats()),
       "Handshake   valid/ready on all five streams; valid never waits for ready.",
       "Packing     row r at act_data_i[r*8 +: 8]; column b*LANES + l at out_data_o[l*8 +: 8] of "
       "beat",
       "            b; element e of codeword n weighs row (n*DIM + e) % ROWS of column n*DIM / "
       "ROWS,",
       "            indices and int8 weights in this order from bit 0 of a tile's words."});
  m_.header(std::move(lines));
}

void CoreBuilder::declare_parameters() {
  rows_ = m_.localparam("ROWS", config_.array.rows, "input channels each cycle");
  columns_ = m_.localparam("COLUMNS", config_.array.columns, "output channels each cycle");
  dimension_ = m_.localparam("DIM", config_.codebook.dimension, "weights of a codeword");
  ports_ = m_.localparam("PORTS", config_.codebook.read_ports, "codewords decoded each cycle");
  index_bits_ = m_.localparam("INDEX_W", config_.index_bits(), "bits of an index");
  weight_bits_ = m_.localparam("WGT_W", config_.weight_bits(), "bits of a weight");
  const int row_bits = base::ceil_log2(static_cast<std::uint64_t>(config_.array.rows));
  sum_bits_ = m_.localparam("SUM_W", leaf::kCodeBits + weight_bits_ + row_bits,
                            "8 + WGT_W + ceil(log2 ROWS)");
  bus_bits_ = m_.localparam("BUS_W", config_.bus.data_bits, "bits of a word of weights");
  index_beat_bits_ = m_.localparam("INDEX_BEAT_W", ports_ * index_bits_, "");
  weight_beat_bits_ = m_.localparam("WEIGHT_BEAT_W", ports_ * dimension_ * weight_bits_, "");
  tile_beats_ = m_.localparam("TILE_BEATS", rows_ * columns_ / (dimension_ * ports_),
                              "decoding cycles of a tile");
  latency_ = m_.localparam("ARRAY_LATENCY", array_latency(config_),
                           "cycles from an issue to the array's sums");
  depth_ = m_.localparam("DEPTH", config_.accumulator.depth, "pixels of a stripe");
  address_bits_ =
      m_.localparam("ADDR_W", config_.accumulator_address_bits(), "bits of a pixel's address");
  lanes_ = m_.localparam("LANES", config_.requantise.lanes, "requantised columns each cycle");
  drain_beats_ = m_.localparam("DRAIN_BEATS", columns_ / lanes_, "requantising cycles of a pixel");
  drain_bits_ = m_.localparam("DRAIN_W", count_bits(config_.drain_beats()), "");
}

void CoreBuilder::declare_ports() {
  clk_ = m_.clock("clk");
  rst_n_ = m_.reset("rst_n");
  m_.port_group("Tiles: one command each; zero point and bounds count on a block's last tile");
  tile_ = {m_.input("tile_valid_i", 1), m_.output("tile_ready_o", 1), {}};
  tile_stop_ = m_.input("tile_stop_i", address_bits_, "address of the last pixel");
  tile_first_ = m_.input("tile_first_i", 1, "first tile of its block");
  tile_last_ = m_.input("tile_last_i", 1, "last tile of its block");
  if (bypass_) tile_dense_ = m_.input("tile_dense_i", 1, "int8 weights instead of indices");
  tile_zero_point_ = m_.input("tile_zero_point_i", leaf::kCodeBits, "of the codes that go out");
  tile_low_ = m_.input("tile_low_i", leaf::kCodeBits, "the least of them, signed");
  tile_high_ = m_.input("tile_high_i", leaf::kCodeBits, "the greatest of them, signed");
  m_.port_group("Weights: every tile starts in a fresh word");
  wgt_ = {m_.input("wgt_valid_i", 1), m_.output("wgt_ready_o", 1),
          m_.input("wgt_data_i", bus_bits_)};
  if (has_widths_) {
    const IndexWidths widths(config_);
    wgt_select_ = m_.input("wgt_select_i", widths.select_bits,
                           "of a tile of indices: place of their width, 0 the widest");
    wgt_base_ = m_.input("wgt_base_i", widths.base_bits, "and the bits above the narrowest");
  }
  m_.port_group("Activations: one vector a pixel and tile");
  act_ = {m_.input("act_valid_i", 1), m_.output("act_ready_o", 1),
          m_.input("act_data_i", rows_ * leaf::kCodeBits)};
  m_.port_group("Parameters: one column a beat, all columns for each block");
  param_ = {m_.input("param_valid_i", 1), m_.output("param_ready_o", 1), {}};
  param_bias_ = m_.input("param_bias_i", kBiasBits);
  param_multiplier_ = m_.input("param_multiplier_i", leaf::kMultiplierBits);
  param_shift_ = m_.input("param_shift_i", leaf::kShiftBits);
  m_.port_group("Codes: a block's pixels in order, lowest columns first");
  out_ = {m_.output("out_valid_o", 1), m_.input("out_ready_i", 1),
          m_.output("out_data_o", lanes_ * leaf::kCodeBits)};
  m_.port_group("For counters: what this cycle was used for");
  issue_ = m_.output("issue_o", 1, "a vector goes to the array");
  wait_weights_ = m_.output("wait_weights_o", 1, "none, for want of the tile's weights");
  wait_params_ = m_.output("wait_params_o", 1, "none, for want of parameters or a free bank");
  wait_sums_ = m_.output("wait_sums_o", 1, "none, for the pixel's sum is on its way");
  wait_acts_ = m_.output("wait_acts_o", 1, "none, for want of a vector");
  decode_read_ = m_.output("decode_o", 1,
                           config_.loads_codebook() ? "PORTS codewords are read"
                                                    : "PORTS codewords are read from the ROM");
  if (config_.is_banked()) {
    decode_conflict_ = m_.output("decode_conflict_o", 1, "some of them, others wait for a bank");
  }
  if (!config_.loads_codebook()) return;
  m_.port_group("Codebook: a codeword a cycle, while no tile of indices is under way");
  codebook_en_ = m_.input("codebook_wr_en_i", 1);
  codebook_addr_ = m_.input("codebook_wr_addr_i", index_bits_);
  codebook_data_ = m_.input("codebook_wr_data_i", config_.codeword_bits());
}

}  // namespace vqrom::blocks
