// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "gen/blocks/compute_builder.h"
#include "gen/blocks/core_builder.h"
#include "gen/blocks/modules.h"
#include "gen/config/instruction_set.h"
#include "gen/leaf/field_bits.h"
#include "gen/leaf/leaves.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

constexpr int kLaneBits = 7;
constexpr int kPlacingDepth = 2;

}  // namespace

void ComputeBuilder::build() {
  write_header();
  rows_ = m_.localparam("ROWS", config_.array.rows, "channels of a vector");
  columns_ = m_.localparam("COLUMNS", config_.array.columns, "output channels of the array");
  lanes_ = m_.localparam("LANES", config_.requantise.lanes, "codes of a beat");
  pixel_bits_ =
      m_.localparam("ADDR_W", config_.accumulator_address_bits(), "bits of a pixel's address");
  const std::int64_t table_words = config::kTables * config::kTableEntries / config_.bus_bytes();
  table_bits_ = m_.localparam("TABLE_W", base::ceil_log2(static_cast<std::uint64_t>(table_words)),
                              "bits of a word's address in the tables");
  declare_ports();
  declare_fields();
  add_dispatch();
  add_walker();
  add_weights();
  add_parameters();
  add_core();
  add_vector();
  add_output();
  add_order();
  take_unused_bits();
}

void ComputeBuilder::add_core() {
  m_.section({"The array."});
  core_codes_ = codes("core_code");
  netlist::Instance& core = m_.instance(core_module_, "u_core");
  core.connect("clk", clk_)
      .connect("rst_n", rst_n_)
      .connect("tile_valid_i", tile_.valid)
      .connect("tile_ready_o", tile_.ready)
      .connect("tile_stop_i", tile_stop_)
      .connect("tile_first_i", tile_first_)
      .connect("tile_last_i", tile_last_);
  if (config_.array.dense_bypass) core.connect("tile_dense_i", tile_dense_);
  core.connect("tile_zero_point_i", tile_bounds_.element(0, leaf::kCodeBits))
      .connect("tile_low_i", tile_bounds_.element(1, leaf::kCodeBits))
      .connect("tile_high_i", tile_bounds_.element(2, leaf::kCodeBits))
      .connect("wgt_valid_i", wgt_words_.valid)
      .connect("wgt_ready_o", wgt_words_.ready)
      .connect("wgt_data_i", wgt_.data);
  if (config_.has_index_widths()) {
    core.connect("wgt_select_i", wgt_select_).connect("wgt_base_i", wgt_base_);
  }
  core.connect("act_valid_i", core_act_.valid)
      .connect("act_ready_o", core_act_.ready)
      .connect("act_data_i", act_data_)
      .connect("param_valid_i", core_param_.valid)
      .connect("param_ready_o", core_param_.ready)
      .connect("param_bias_i", bias_)
      .connect("param_multiplier_i", multiplier_)
      .connect("param_shift_i", shift_)
      .connect("out_valid_o", core_codes_.valid)
      .connect("out_ready_i", core_codes_.ready)
      .connect("out_data_o", core_codes_.data);
  for (const auto& [name, event] : core_events_) core.connect(name, event);
  for (const auto& [name, port] : codebook_) core.connect(name, port);
}

void ComputeBuilder::add_vector() {
  m_.section({"The vector unit."});
  sum_codes_ = codes("sum_code");
  add_codes_ = codes("add_code");
  netlist::Instance& vector = m_.instance(vector_module_, "u_vector");
  vector.connect("clk", clk_)
      .connect("rst_n", rst_n_)
      .connect("config_valid_i", bounds_.valid)
      .connect("config_ready_o", bounds_.ready)
      .connect("config_add_i", add_);
  for (const char* name : {"zero_point", "low", "high"}) {
    vector.connect(fmt::format("config_{}_i", name), field("SHAPE", name));
  }
  for (const char* name :
       {"multiplier_a", "multiplier_b", "shift", "zero_point_a", "zero_point_b"}) {
    vector.connect(fmt::format("config_{}_i", name), field("FACTORS", name));
  }
  vector.connect("vector_valid_i", vector_act_.valid)
      .connect("vector_ready_o", vector_act_.ready)
      .connect("vector_operation_i", vector_operation_)
      .connect("vector_unit_i", vector_unit_)
      .connect("vector_first_i", vector_first_)
      .connect("vector_last_i", vector_last_)
      .connect("vector_group_last_i", vector_group_last_)
      .connect("vector_run_last_i", vector_run_last_)
      .connect("act_data_i", act_data_)
      .connect("weight_data_i", window_.data)
      .connect("param_valid_i", vector_param_.valid)
      .connect("param_ready_o", vector_param_.ready)
      .connect("param_bias_i", bias_)
      .connect("param_multiplier_i", multiplier_)
      .connect("param_shift_i", shift_)
      .connect("sum_valid_o", sum_codes_.valid)
      .connect("sum_ready_i", sum_codes_.ready)
      .connect("sum_data_o", sum_codes_.data)
      .connect("add_valid_o", add_codes_.valid)
      .connect("add_ready_i", add_codes_.ready)
      .connect("add_data_o", add_codes_.data)
      .connect("read_o", vector_read_);
}

void ComputeBuilder::add_output() {
  m_.section({"Output: the codes of each RUN in its turn."});
  const std::vector<std::pair<Slice, int>> parts = {
      {array_, 1},
      {add_, 1},
      {out_none_, 1},
      {params_blocks_, leaf::kCountBits},
      {field("RUN", "out_h"), leaf::kCountBits},
      {field("RUN", "out_w"), leaf::kCountBits},
      {field("RUN", "output"), leaf::kAddressBits},
      {field("RUN", "out_lane"), kLaneBits},
      {field("RUN", "out_groups"), leaf::kCountBits},
      {field("SHAPE", "out_group_step"), leaf::kAddressBits},
      {field("SHAPE", "table"), 1},
      {field("SHAPE", "table_bank"), 1}};
  int bits = 0;
  std::vector<netlist::Part> packed;
  for (const auto& [part, width] : parts) {
    packed.emplace_back(part);
    bits += width;
  }
  const Net in = m_.wire("place_data", bits);
  const Net data = m_.wire("placed_data", bits);
  const Stream placed = stream("placed");
  m_.assign(in, packed);
  leaf("vq_fifo", "u_place_fifo")
      .parameter("WIDTH", bits)
      .parameter("DEPTH", kPlacingDepth)
      .parameter("PTR_W", count_bits(kPlacingDepth))
      .connect("valid_i", place_.valid)
      .connect("ready_o", place_.ready)
      .connect("data_i", in)
      .connect("valid_o", placed.valid)
      .connect("ready_i", placed.ready)
      .connect("data_o", data);
  netlist::Instance& walker = leaf("vq_out_walker", "u_out_walker")
                                  .parameter("ROWS", rows_)
                                  .parameter("COLUMNS", columns_)
                                  .parameter("LANES", lanes_)
                                  .connect("run_valid_i", placed.valid)
                                  .connect("run_ready_o", placed.ready);
  constexpr std::array kPorts = {
      "array_i",  "add_i",      "none_i",       "blocks_i",         "out_h_i", "out_w_i",
      "output_i", "out_lane_i", "out_groups_i", "out_group_step_i", "table_i", "table_bank_i"};
  int msb = bits;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    msb -= parts[i].second;
    walker.connect(kPorts[i], data.slice(msb, parts[i].second));
  }
  add_table(walker);
  walker.connect("core_valid_i", core_codes_.valid)
      .connect("core_ready_o", core_codes_.ready)
      .connect("core_data_i", core_codes_.data)
      .connect("sum_valid_i", sum_codes_.valid)
      .connect("sum_ready_o", sum_codes_.ready)
      .connect("sum_data_i", sum_codes_.data)
      .connect("add_valid_i", add_codes_.valid)
      .connect("add_ready_o", add_codes_.ready)
      .connect("add_data_i", add_codes_.data)
      .connect("wr_en_o", out_wr_en_)
      .connect("wr_addr_o", out_wr_addr_)
      .connect("wr_data_o", out_wr_data_)
      .connect("write_o", out_write_)
      .connect("read_i", run_read_)
      .connect("done_o", run_done_);
}

void ComputeBuilder::add_table(netlist::Instance& walker) {
  const Net en = m_.wire("table_rd_en", 1);
  const Net bank = m_.wire("table_bank", 1);
  const Net codes =
      m_.wire("table_codes", lanes_ * leaf::kCodeBits, "on their way to the output buffer");
  const Net found = m_.wire("table_found", lanes_ * leaf::kCodeBits);
  walker.connect("table_rd_en_o", en)
      .connect("table_bank_o", bank)
      .connect("table_codes_o", codes)
      .connect("table_codes_i", found);
  leaf("vq_table_lanes", "u_table")
      .parameter("LANES", lanes_)
      .parameter("BUS_W", config_.bus.data_bits)
      .parameter("WORD_W", table_bits_)
      .connect("wr_en_i", table_wr_en_)
      .connect("wr_addr_i", table_wr_addr_.slice(0, table_bits_))
      .connect("wr_data_i", table_wr_data_)
      .connect("rd_en_i", en)
      .connect("bank_i", bank)
      .connect("codes_i", codes)
      .connect("codes_o", found);
}

void ComputeBuilder::add_order() {
  m_.section({"Order: a RUN has read all when every reader says so."});
  leaf("vq_run_order", "u_order")
      .connect("valid_i", run_valid_)
      .connect("ready_i", run_ready_)
      .connect("acts_done_i", acts_done_)
      .connect("weights_done_i", weights_done_)
      .connect("params_done_i", params_done_)
      .connect("done_i", run_done_)
      .connect("read_o", run_read_)
      .connect("busy_o", busy_);
}

ComputeBuilder::Stream ComputeBuilder::stream(const std::string& name) {
  return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1)};
}

ComputeBuilder::Codes ComputeBuilder::codes(const std::string& name) {
  return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1),
          m_.wire(name + "_data", lanes_ * leaf::kCodeBits)};
}

netlist::Instance& ComputeBuilder::leaf(std::string_view module, std::string_view name) {
  const netlist::Contract& contract = leaf::find_leaf(module);
  netlist::Instance& instance = m_.instance(contract, name);
  if (contract.find_port("clk") != nullptr) instance.connect("clk", clk_);
  if (contract.find_port("rst_n") != nullptr) instance.connect("rst_n", rst_n_);
  return instance;
}

const netlist::Module& add_compute(netlist::Design& design, const config::AcceleratorConfig& config,
                                   const netlist::Module& core) {
  const netlist::Module& vector = add_vector(design, config);
  netlist::Module& module = design.add(
      "vq_compute", fmt::format("carries out RUNs on {} x {} multipliers and {} vector lanes.",
                                config.array.rows, config.array.columns, config.array.rows));
  ComputeBuilder(module, config, core, vector).build();
  return module;
}

}  // namespace vqrom::blocks
