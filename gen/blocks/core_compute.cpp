// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/core_builder.h"
#include "gen/leaf/field_bits.h"

namespace vqrom::blocks {
namespace {

constexpr int kBlockDepth = 2;

}  // namespace

void CoreBuilder::add_control() {
  m_.section({"Control: one vector a cycle, whenever everything that it needs is there."});
  params_loaded_ = m_.wire("params_loaded", 1);
  params_claim_ = m_.wire("params_claim", 1);
  finished_ = stream("finished", address_bits_ + leaf::kBoundsBits);
  issue_addr_ = m_.wire("issue_addr", address_bits_);
  issue_bank_ = m_.wire("issue_bank", 1);
  issue_first_ = m_.wire("issue_first", 1);
  issue_block_end_ = m_.wire("issue_block_end", 1);
  m_.assign(finished_.data, {command_bounds_, command_stop_});
  leaf("vq_tile_control", "u_tile_control")
      .parameter("ADDR_W", address_bits_)
      .connect("tile_valid_i", command_.valid)
      .connect("tile_ready_o", command_.ready)
      .connect("tile_stop_i", command_stop_)
      .connect("tile_first_i", command_first_)
      .connect("tile_last_i", command_last_)
      .connect("act_valid_i", act_.valid)
      .connect("act_ready_o", act_.ready)
      .connect("weights_next_valid_i", weights_next_valid_)
      .connect("weights_release_o", weights_release_)
      .connect("params_loaded_i", params_loaded_)
      .connect("params_claim_o", params_claim_)
      .connect("block_valid_o", finished_.valid)
      .connect("block_ready_i", finished_.ready)
      .connect("issue_o", issue_)
      .connect("issue_addr_o", issue_addr_)
      .connect("issue_bank_o", issue_bank_)
      .connect("issue_first_o", issue_first_)
      .connect("issue_block_end_o", issue_block_end_)
      .connect("wait_weights_o", wait_weights_)
      .connect("wait_params_o", wait_params_)
      .connect("wait_sums_o", wait_sums_)
      .connect("wait_acts_o", wait_acts_);
}

void CoreBuilder::add_array() {
  m_.section({"Array: dot products of ROWS codes, added up for each pixel and column."});
  const Net sums = m_.wire("sums", columns_ * sum_bits_);
  bias_bank_ = m_.wire("bias_bank", 1);
  biases_ = m_.wire("biases", columns_ * leaf::kSumBits);
  block_done_ = m_.wire("block_done", 1);
  sums_read_ = m_.wire("drain_read", 1);
  sums_addr_ = m_.wire("drain_addr", address_bits_);
  drain_bank_ = m_.wire("drain_bank", 1);
  totals_ = m_.wire("totals", columns_ * leaf::kSumBits, "of the pixel that is drained");
  leaf("vq_mac_array", "u_mac_array")
      .parameter("ROWS", rows_)
      .parameter("COLUMNS", columns_)
      .parameter("ACT_W", leaf::kCodeBits)
      .parameter("WGT_W", weight_bits_)
      .parameter("SUM_W", sum_bits_)
      .parameter("PRODUCT_REG", config_.array.product_register ? 1 : 0)
      .connect("act_en_i", issue_)
      .connect("act_i", act_.data)
      .connect("weights_i", weights_)
      .connect("sums_o", sums);
  leaf("vq_accumulator", "u_accumulator")
      .parameter("COLUMNS", columns_)
      .parameter("SUM_W", sum_bits_)
      .parameter("ARRAY_LATENCY", latency_)
      .parameter("DEPTH", depth_)
      .parameter("ADDR_W", address_bits_)
      .connect("valid_i", issue_)
      .connect("addr_i", issue_addr_)
      .connect("bank_i", issue_bank_)
      .connect("first_i", issue_first_)
      .connect("block_end_i", issue_block_end_)
      .connect("sums_i", sums)
      .connect("bias_bank_o", bias_bank_)
      .connect("bias_i", biases_)
      .connect("done_o", block_done_)
      .connect("rd_en_i", sums_read_)
      .connect("rd_addr_i", sums_addr_)
      .connect("rd_bank_i", drain_bank_)
      .connect("rd_data_o", totals_);
}

void CoreBuilder::add_parameters() {
  m_.section({"Parameters: one bank for the block at work, one for the block that is drained."});
  drain_beat_ = m_.wire("drain_beat", drain_bits_);
  block_release_ = m_.wire("block_release", 1);
  lane_multipliers_ = m_.wire("lane_multipliers", lanes_ * leaf::kMultiplierBits);
  lane_shifts_ = m_.wire("lane_shifts", lanes_ * leaf::kShiftBits);
  leaf("vq_param_buffer", "u_param_buffer")
      .parameter("COLUMNS", columns_)
      .parameter("LANES", lanes_)
      .parameter("COUNT_W", count_bits(config_.array.columns))
      .parameter("BEAT_W", drain_bits_)
      .connect("valid_i", param_.valid)
      .connect("ready_o", param_.ready)
      .connect("bias_i", param_bias_)
      .connect("multiplier_i", param_multiplier_)
      .connect("shift_i", param_shift_)
      .connect("loaded_o", params_loaded_)
      .connect("claim_i", params_claim_)
      .connect("release_i", block_release_)
      .connect("bias_bank_i", bias_bank_)
      .connect("bias_o", biases_)
      .connect("lane_bank_i", drain_bank_)
      .connect("lane_beat_i", drain_beat_)
      .connect("multiplier_o", lane_multipliers_)
      .connect("shift_o", lane_shifts_);
}

void CoreBuilder::add_drain() {
  m_.section({"Draining: a finished block becomes codes while the next one is computed."});
  block_ = stream("block", address_bits_ + leaf::kBoundsBits);
  add_fifo("u_block_fifo", kBlockDepth, finished_.valid, finished_.ready, finished_.data, block_);
  const Stream lanes = stream("lanes", lanes_ * leaf::kSumBits);
  leaf("vq_drain", "u_drain")
      .parameter("BEATS", drain_beats_)
      .parameter("BEAT_W", drain_bits_)
      .parameter("ADDR_W", address_bits_)
      .connect("block_valid_i", block_.valid)
      .connect("block_ready_o", block_.ready)
      .connect("block_stop_i", block_.data.slice(0, address_bits_))
      .connect("done_i", block_done_)
      .connect("release_o", block_release_)
      .connect("rd_en_o", sums_read_)
      .connect("rd_addr_o", sums_addr_)
      .connect("bank_o", drain_bank_)
      .connect("valid_o", lanes.valid)
      .connect("lanes_ready_i", lanes.ready)
      .connect("beat_o", drain_beat_);
  leaf("vq_lane_select", "u_lane_select")
      .parameter("COLUMNS", columns_)
      .parameter("LANES", lanes_)
      .parameter("BEAT_W", drain_bits_)
      .connect("sums_i", totals_)
      .connect("beat_i", drain_beat_)
      .connect("lanes_o", lanes.data);
  leaf("vq_requantise_lanes", "u_requantise")
      .parameter("LANES", lanes_)
      .connect("valid_i", lanes.valid)
      .connect("ready_o", lanes.ready)
      .connect("acc_i", lanes.data)
      .connect("multiplier_i", lane_multipliers_)
      .connect("shift_i", lane_shifts_)
      .connect("zero_point_i", block_.data.slice(address_bits_, leaf::kCodeBits))
      .connect("low_i", block_.data.slice(address_bits_ + leaf::kCodeBits, leaf::kCodeBits))
      .connect("high_i", block_.data.slice(address_bits_ + 2 * leaf::kCodeBits, leaf::kCodeBits))
      .connect("valid_o", out_.valid)
      .connect("ready_i", out_.ready)
      .connect("data_o", out_.data);
}

}  // namespace vqrom::blocks
