// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/compute_builder.h"
#include "gen/blocks/index_widths.h"
#include "gen/config/instruction_set.h"
#include "gen/leaf/field_bits.h"
#include "sw/base/error.h"

namespace vqrom::blocks {

void ComputeBuilder::write_header() {
  m_.header(
      {"  run ─▶ dispatch ─┬▶ window walker ─▶ activations, window weights ─▶ core or vector unit",
       "                   ├▶ tile walker ─▶ reader ─▶ weights ─────────────▶ core",
       "                   ├▶ reader ─▶ parameters ─────────────────────────▶ core or vector unit",
       "                   └▶ queue ─▶ output walker ◀─ codes ─────────────── core or vector unit",
       "",
       "Latency     an array RUN takes one cycle for each tile and pixel, a window "
       "max(kernel positions,",
       "            ROWS/LANES) cycles; RUNs follow each other without a gap and overlap "
       "with the",
       "            draining of those before. run_done_o comes with a RUN's last write.",
       "Handshake   valid/ready for RUNs; buffers answer in 1 cycle and hold their data.",
       "Packing     row r at act_rd_data_i[r*8 +: 8]; an entry of parameters is bias "
       "[31:0], multiplier",
       "            [62:32], shift [69:64]; out_wr_en_o[k] writes the codes "
       "[k*LANES*8 +: LANES*8].",
       "Instructions: docs/rtl/accelerator.md."});
}

void ComputeBuilder::declare_ports() {
  clk_ = m_.clock("clk");
  rst_n_ = m_.reset("rst_n");
  m_.port_group("RUNs, each with its SHAPE and FACTORS");
  run_valid_ = m_.input("run_valid_i", 1);
  run_ready_ = m_.output("run_ready_o", 1);
  data_["RUN"] = m_.input("run_data_i", config::kInstructionBits);
  data_["SHAPE"] = m_.input("shape_data_i", config::kInstructionBits);
  data_["FACTORS"] = m_.input("factors_data_i", config::kInstructionBits);
  m_.port_group("Buffers");
  act_ = read_port("act", rows_ * leaf::kCodeBits);
  wgt_ = read_port("wgt", config_.bus.data_bits);
  param_ = read_port("param", leaf::kEntryBits);
  window_ = read_port("window", rows_ * leaf::kCodeBits);
  table_wr_en_ = m_.input("table_wr_en_i", 1, "into the tables, which are in here");
  table_wr_addr_ = m_.input("table_wr_addr_i", leaf::kAddressBits);
  table_wr_data_ = m_.input("table_wr_data_i", config_.bus.data_bits);
  if (config_.loads_codebook()) {
    codebook_["codebook_wr_en_i"] = m_.input("codebook_wr_en_i", 1);
    codebook_["codebook_wr_addr_i"] = m_.input("codebook_wr_addr_i", config_.index_bits());
    codebook_["codebook_wr_data_i"] = m_.input("codebook_wr_data_i", config_.codeword_bits());
  }
  out_wr_en_ = m_.output("out_wr_en_o", rows_ / lanes_, "one for LANES codes");
  out_wr_addr_ = m_.output("out_wr_addr_o", leaf::kAddressBits);
  out_wr_data_ = m_.output("out_wr_data_o", rows_ * leaf::kCodeBits);
  m_.port_group("Order: one pulse of each for each RUN");
  run_read_ = m_.output("run_read_o", 1, "a RUN has read all");
  run_done_ = m_.output("run_done_o", 1, "a RUN's last code is written");
  m_.port_group("For counters");
  for (const char* name :
       {"issue_o", "wait_weights_o", "wait_params_o", "wait_sums_o", "wait_acts_o", "decode_o"}) {
    core_events_[name] = m_.output(name, 1);
  }
  if (config_.is_banked()) {
    core_events_["decode_conflict_o"] = m_.output("decode_conflict_o", 1);
  }
  vector_read_ = m_.output("vector_read_o", 1);
  out_write_ = m_.output("out_write_o", 1);
  act_read_ = m_.output("act_read_o", 1);
  busy_ = m_.output("busy_o", 1);
}

std::pair<int, int> ComputeBuilder::bits_of(const config::Field& field) const {
  if (field.name != "index_base") return {field.lsb, field.width};
  return {field.lsb + config_.index_widths().back(), IndexWidths(config_).base_bits};
}

void ComputeBuilder::declare_fields() {
  for (const char* format : {"SHAPE", "FACTORS", "RUN"}) {
    const config::InstructionFormat& all = config::instruction_format(format);
    std::vector<Slice> unused;
    const Net& data = data_.at(format);
    int used_up_to = 0;
    const auto skip_to = [&](int bit) {
      if (bit > used_up_to) unused.push_back(data.slice(used_up_to, bit - used_up_to));
    };
    for (const config::Field& field : all.fields) {
      const bool is_used = !field.name.starts_with("wait_") &&
                           (field.name != "dense" || config_.array.dense_bypass) &&
                           (!field.name.starts_with("index_") || config_.has_index_widths());
      if (!is_used) continue;
      std::string name = fmt::format("{}_{}", format, field.name);
      for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      const auto [first, width] = bits_of(field);
      const Expression lsb = m_.localparam(name, first, "");
      fields_.emplace(std::pair(format, field.name), data.slice(lsb, width));
      skip_to(first);
      used_up_to = first + width;
    }
    skip_to(config::kInstructionBits);
    unused_bits_[format] = std::move(unused);
  }
}

void ComputeBuilder::take_unused_bits() {
  m_.section({"Bits that nobody needs here."});
  unused_bits_["PARAM"] = {
      param_.data.slice(leaf::kSumBits + leaf::kMultiplierBits, 1),
      param_.data.slice(2 * leaf::kSumBits + leaf::kShiftBits,
                        leaf::kEntryBits - 2 * leaf::kSumBits - leaf::kShiftBits)};
  unused_bits_["TABLE"] = {table_wr_addr_.slice(table_bits_, leaf::kAddressBits - table_bits_)};
  for (const auto& [format, slices] : unused_bits_) {
    std::string name = "unused_" + format;
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    Expression bits = 0;
    for (const Slice& slice : slices) bits = bits + slice.width;
    const Net unused = m_.unused(name, m_.value(bits));
    m_.assign(unused, {slices.begin(), slices.end()});
  }
}

ComputeBuilder::ReadPort ComputeBuilder::read_port(const std::string& name,
                                                   const Expression& width) {
  return {m_.output(name + "_rd_en_o", 1), m_.output(name + "_rd_addr_o", leaf::kAddressBits),
          m_.input(name + "_rd_data_i", width)};
}

}  // namespace vqrom::blocks
