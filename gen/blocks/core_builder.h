// SPDX-License-Identifier: Apache-2.0
// core_builder — builds vq_core section by section; docs/rtl/core.md is its drawing.
#pragma once

#include <string>
#include <string_view>

#include "gen/config/accelerator_config.h"
#include "gen/netlist/netlist.h"

namespace vqrom::blocks {

// Bits that count 0 … count-1, at least one.
[[nodiscard]] int count_bits(std::int64_t count);

class CoreBuilder {
 public:
  CoreBuilder(netlist::Module& module, const config::AcceleratorConfig& config,
              const netlist::Module& decode)
      : m_(module), config_(config), decode_(decode), bypass_(config.array.dense_bypass) {}

  void build();

 private:
  using Expression = netlist::Expression;
  using Net = netlist::Net;

  // The nets of one valid/ready stream; data may be elsewhere.
  struct Stream {
    Net valid;
    Net ready;
    Net data;
  };

  // core_head.cpp
  void write_header();
  void declare_parameters();
  void declare_ports();

  // core_weights.cpp: tile commands and the way from bus words to a tile of weights
  void add_tile_queues();
  void add_mode_queues();
  void add_unpackers();
  void add_unpacker(std::string_view name, const Expression& beat_bits, int beat_bits_value,
                    const Stream& words, const Stream& beats, const Net& last);
  // For indices, of one width or of several.
  void add_index_unpacker(const Stream& words, const Stream& beats, const Net& last);
  void add_decode();

  // core_compute.cpp: from weights and activations to codes
  void add_control();
  void add_array();
  void add_parameters();
  void add_drain();

  // An instance of a leaf with its clock and reset, where it has them, connected.
  netlist::Instance& leaf(std::string_view module, std::string_view name);
  // Wires <name>_valid and <name>_ready, and <name>_data in the second form.
  Stream stream(const std::string& name);
  Stream stream(const std::string& name, const Expression& data_bits);
  void add_fifo(std::string_view name, int depth, const netlist::Slice& in_valid,
                const netlist::Slice& in_ready, const Net& in_data, const Stream& out);

  netlist::Module& m_;
  const config::AcceleratorConfig& config_;
  const netlist::Module& decode_;
  const bool bypass_;
  const bool has_widths_ = config_.has_index_widths();

  // Local parameters.
  Expression rows_ = 0, columns_ = 0, dimension_ = 0, index_bits_ = 0, ports_ = 0;
  Expression weight_bits_ = 0, sum_bits_ = 0, bus_bits_ = 0, tile_beats_ = 0;
  Expression latency_ = 0, depth_ = 0, address_bits_ = 0, lanes_ = 0, drain_beats_ = 0,
             drain_bits_ = 0;
  Expression index_beat_bits_ = 0, weight_beat_bits_ = 0;

  // Ports.
  Net clk_, rst_n_;
  Stream tile_, wgt_, act_, param_, out_;
  Net wgt_select_, wgt_base_;  // with several index widths only
  Net tile_stop_, tile_first_, tile_last_, tile_dense_, tile_zero_point_, tile_low_, tile_high_;
  Net param_bias_, param_multiplier_, param_shift_;
  Net issue_, wait_weights_, wait_params_, wait_sums_, wait_acts_, decode_read_, decode_conflict_;
  Net codebook_en_, codebook_addr_, codebook_data_;  // where programs load the codebook

  // Between the sections.
  Net fork_valid_, fork_ready_;  // bit 0 control, 1 router, 2 merge
  Stream command_;               // of the tile at work
  Net command_stop_, command_first_, command_last_, command_bounds_;
  Stream word_mode_, beat_mode_;  // 1: dense
  Stream index_words_, dense_words_, index_beats_, dense_beats_, beats_;
  Net beats_dense_;
  Net weights_, weights_next_valid_, weights_release_;
  Stream finished_, block_;  // a block's last pixel and bounds
  Net issue_addr_, issue_bank_, issue_first_, issue_block_end_;
  Net params_loaded_, params_claim_;
  Net biases_, bias_bank_;
  Net block_done_, block_release_, drain_bank_, drain_beat_;
  Net sums_read_, sums_addr_, totals_;
  Net lane_multipliers_, lane_shifts_;
};

}  // namespace vqrom::blocks
