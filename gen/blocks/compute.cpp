// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>

#include "gen/blocks/core_builder.h"
#include "gen/blocks/modules.h"
#include "gen/config/instruction_set.h"
#include "gen/leaf/leaves.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

using netlist::Bits;
using netlist::Expression;
using netlist::Module;
using netlist::Net;
using netlist::Slice;

constexpr int kCodeBits = 8;
constexpr int kAddressBits = 16;
constexpr int kCountBits = 12;
constexpr int kLaneBits = 7;
constexpr int kSumBits = 32;
constexpr int kMultiplierBits = 31;
constexpr int kShiftBits = 6;
constexpr int kParameterBits = 128;
constexpr int kBoundsBits = 3 * kCodeBits;  // high, low, zero point
constexpr int kPlacingDepth = 2;

class ComputeBuilder {
 public:
  ComputeBuilder(Module& module, const config::AcceleratorConfig& config, const Module& core,
                 const Module& vector)
      : m_(module), config_(config), core_module_(core), vector_module_(vector) {}

  void build() {
    write_header();
    rows_ = m_.localparam("ROWS", config_.array.rows, "channels of a vector");
    columns_ = m_.localparam("COLUMNS", config_.array.columns, "output channels of the array");
    lanes_ = m_.localparam("LANES", config_.requantise.lanes, "codes of a beat");
    pixel_bits_ =
        m_.localparam("ADDR_W", config_.accumulator_address_bits(), "bits of a pixel's address");
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

 private:
  struct Stream {
    Net valid;
    Net ready;
  };

  void write_header() {
    m_.header({"  run ─▶ dispatch ─┬▶ window walker ─▶ act, window buffers ─┬▶ vq_core",
               "                   ├▶ tile walker ─▶ reader ─▶ weight buffer ─┘  and vq_vector",
               "                   ├▶ reader ─▶ parameter buffer ─────────────▶ either",
               "                   └▶ queue ─▶ output walker ◀─ codes of either; output buffer", "",
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

  void declare_ports() {
    clk_ = m_.clock("clk");
    rst_n_ = m_.reset("rst_n");
    m_.port_group("RUNs, each with its SHAPE and FACTORS");
    run_valid_ = m_.input("run_valid_i", 1);
    run_ready_ = m_.output("run_ready_o", 1);
    data_["RUN"] = m_.input("run_data_i", config::kInstructionBits);
    data_["SHAPE"] = m_.input("shape_data_i", config::kInstructionBits);
    data_["FACTORS"] = m_.input("factors_data_i", config::kInstructionBits);
    m_.port_group("Buffers");
    act_ = read_port("act", rows_ * kCodeBits);
    wgt_ = read_port("wgt", config_.bus.data_bits);
    param_ = read_port("param", kParameterBits);
    window_ = read_port("window", rows_ * kCodeBits);
    out_wr_en_ = m_.output("out_wr_en_o", rows_ / lanes_, "one for LANES codes");
    out_wr_addr_ = m_.output("out_wr_addr_o", kAddressBits);
    out_wr_data_ = m_.output("out_wr_data_o", rows_ * kCodeBits);
    m_.port_group("Order: one pulse of each for each RUN");
    run_read_ = m_.output("run_read_o", 1, "a RUN has read all");
    run_done_ = m_.output("run_done_o", 1, "a RUN's last code is written");
    m_.port_group("For counters");
    for (const char* name :
         {"issue_o", "wait_weights_o", "wait_params_o", "wait_sums_o", "wait_acts_o", "decode_o"}) {
      core_events_[name] = m_.output(name, 1);
    }
    vector_read_ = m_.output("vector_read_o", 1);
    out_write_ = m_.output("out_write_o", 1);
    act_read_ = m_.output("act_read_o", 1);
    busy_ = m_.output("busy_o", 1);
  }

  struct ReadPort {
    Net en, address, data;
  };
  ReadPort read_port(const std::string& name, const Expression& width) {
    return {m_.output(name + "_rd_en_o", 1), m_.output(name + "_rd_addr_o", kAddressBits),
            m_.input(name + "_rd_data_i", width)};
  }

  netlist::Instance& leaf(std::string_view module, std::string_view name) {
    const netlist::Contract& contract = leaf::find_leaf(module);
    netlist::Instance& instance = m_.instance(contract, name);
    if (contract.find_port("clk") != nullptr) instance.connect("clk", clk_);
    if (contract.find_port("rst_n") != nullptr) instance.connect("rst_n", rst_n_);
    return instance;
  }

  Stream stream(const std::string& name) {
    return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1)};
  }

  // A local parameter for each field's place: RUN_GROUPS, ….
  void declare_fields() {
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
                             (field.name != "dense" || config_.array.dense_bypass);
        if (!is_used) continue;
        std::string name = fmt::format("{}_{}", format, field.name);
        for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        const Expression lsb = m_.localparam(name, field.lsb, "");
        fields_.emplace(std::pair(format, field.name), data.slice(lsb, field.width));
        skip_to(field.lsb);
        used_up_to = field.lsb + field.width;
      }
      skip_to(config::kInstructionBits);
      unused_bits_[format] = std::move(unused);
    }
  }

  [[nodiscard]] const Slice& field(const std::string& format, const std::string& name) const {
    return fields_.at({format, name});
  }
  // Connects the ports <field>_i with the fields of that name.
  void connect_fields(netlist::Instance& instance, const std::string& format,
                      const std::vector<std::string>& names) {
    for (const std::string& name : names) instance.connect(name + "_i", field(format, name));
  }

  void add_dispatch() {
    m_.section({"Dispatch: each RUN goes to all who have a part in it."});
    walk_ = stream("walk");
    tiles_ = stream("tiles");
    params_ = stream("params");
    place_ = stream("place");
    bounds_ = stream("bounds");
    array_ = m_.wire("array", 1, "the RUN is the array's");
    add_ = m_.wire("add", 1, "the RUN is an add");
    params_none_ = m_.wire("params_none", 1);
    params_blocks_ = m_.wire("params_blocks", kCountBits, "blocks or groups, less 1");
    params_words_ = m_.wire("params_words", kAddressBits);
    out_none_ = m_.wire("out_none", 1);
    netlist::Instance& dispatch = leaf("vq_run_dispatch", "u_dispatch")
                                      .parameter("ROWS", rows_)
                                      .parameter("COLUMNS", columns_)
                                      .connect("valid_i", run_valid_)
                                      .connect("ready_o", run_ready_);
    connect_fields(dispatch, "SHAPE", {"operation"});
    connect_fields(dispatch, "RUN", {"first", "last", "groups", "blocks"});
    dispatch.connect("walk_valid_o", walk_.valid)
        .connect("walk_ready_i", walk_.ready)
        .connect("tiles_valid_o", tiles_.valid)
        .connect("tiles_ready_i", tiles_.ready)
        .connect("params_valid_o", params_.valid)
        .connect("params_ready_i", params_.ready)
        .connect("out_valid_o", place_.valid)
        .connect("out_ready_i", place_.ready)
        .connect("config_valid_o", bounds_.valid)
        .connect("config_ready_i", bounds_.ready)
        .connect("array_o", array_)
        .connect("add_o", add_)
        .connect("params_none_o", params_none_)
        .connect("params_blocks_o", params_blocks_)
        .connect("params_words_o", params_words_)
        .connect("out_none_o", out_none_);
  }

  void add_walker() {
    m_.section({"Activations: one vector a cycle, for the array or for the vector unit."});
    const Stream walked = stream("walked");
    const Net to_vector = m_.wire("walked_to_vector", 1);
    act_data_ = m_.wire("act_data", rows_ * kCodeBits);
    vector_operation_ = m_.wire("vector_operation", 2);
    vector_unit_ = m_.wire("vector_unit", 1);
    vector_first_ = m_.wire("vector_first", 1);
    vector_last_ = m_.wire("vector_last", 1);
    vector_group_last_ = m_.wire("vector_group_last", 1);
    vector_run_last_ = m_.wire("vector_run_last", 1);
    acts_done_ = m_.wire("acts_done", 1);
    core_act_ = stream("core_act");
    vector_act_ = stream("vector_act");
    netlist::Instance& walker = leaf("vq_window_walker", "u_window_walker")
                                    .parameter("ROWS", rows_)
                                    .connect("run_valid_i", walk_.valid)
                                    .connect("run_ready_o", walk_.ready);
    connect_fields(walker, "SHAPE",
                   {"operation", "unit_weights", "kernel_h", "kernel_w", "stride_y", "stride_x",
                    "dilation_y", "dilation_x", "group_step", "out_y_step", "out_x_step",
                    "kernel_y_step", "kernel_x_step", "pad_code"});
    connect_fields(walker, "RUN",
                   {"act_start", "start_y", "start_x", "in_h", "in_w", "out_h", "out_w", "groups",
                    "blocks", "weights", "first_row", "last_row"});
    walker.connect("act_rd_en_o", act_.en)
        .connect("act_rd_addr_o", act_.address)
        .connect("act_rd_data_i", act_.data)
        .connect("window_rd_en_o", window_.en)
        .connect("window_rd_addr_o", window_.address)
        .connect("valid_o", walked.valid)
        .connect("ready_i", walked.ready)
        .connect("act_data_o", act_data_)
        .connect("vector_o", to_vector)
        .connect("operation_o", vector_operation_)
        .connect("unit_o", vector_unit_)
        .connect("first_o", vector_first_)
        .connect("last_o", vector_last_)
        .connect("group_last_o", vector_group_last_)
        .connect("run_last_o", vector_run_last_)
        .connect("done_o", acts_done_);
    m_.assign(act_read_, {act_.en});
    add_route("u_act_route", walked, to_vector, core_act_, vector_act_);
  }

  void add_route(std::string_view name, const Stream& from, const Net& select, const Stream& to0,
                 const Stream& to1) {
    leaf("vq_route", name)
        .connect("valid_i", from.valid)
        .connect("ready_o", from.ready)
        .connect("select_i", select)
        .connect("valid0_o", to0.valid)
        .connect("ready0_i", to0.ready)
        .connect("valid1_o", to1.valid)
        .connect("ready1_i", to1.ready);
  }

  void add_weights() {
    m_.section({"Tiles: a command for the core, and its words for the reader."});
    tile_ = stream("tile");
    tile_stop_ = m_.wire("tile_stop", pixel_bits_);
    tile_first_ = m_.wire("tile_first", 1);
    tile_last_ = m_.wire("tile_last", 1);
    tile_dense_ =
        config_.array.dense_bypass ? m_.wire("tile_dense", 1) : m_.unused("unused_tile_dense", 1);
    tile_bounds_ = m_.wire("tile_bounds", kBoundsBits, "high, low, zero point");
    const Net bounds = m_.wire("shape_bounds", kBoundsBits);
    const Net dense = m_.wire("shape_dense", 1);
    m_.assign(bounds,
              {field("SHAPE", "high"), field("SHAPE", "low"), field("SHAPE", "zero_point")});
    if (config_.array.dense_bypass) {
      m_.assign(dense, {field("SHAPE", "dense")});
    } else {
      m_.assign(dense, {Bits(1, 0)}, "there are indices only");
    }
    const Stream job = stream("wgt_job");
    const Net load = m_.wire("wgt_load", 1);
    const Net address = m_.wire("wgt_address", kAddressBits);
    const Net words = m_.wire("wgt_words", kAddressBits);
    const Net none = m_.wire("wgt_none", 1);
    const Net end = m_.wire("wgt_end", 1);
    netlist::Instance& walker = leaf("vq_tile_walker", "u_tile_walker")
                                    .parameter("INDEX_WORDS", config_.index_words())
                                    .parameter("DENSE_WORDS", config_.dense_words())
                                    .parameter("ADDR_W", pixel_bits_)
                                    .connect("run_valid_i", tiles_.valid)
                                    .connect("run_ready_o", tiles_.ready)
                                    .connect("array_i", array_)
                                    .connect("dense_i", dense);
    connect_fields(walker, "SHAPE", {"kernel_h", "kernel_w"});
    connect_fields(walker, "RUN",
                   {"first", "last", "groups", "blocks", "out_h", "out_w", "weights"});
    walker.connect("bounds_i", bounds)
        .connect("tile_valid_o", tile_.valid)
        .connect("tile_ready_i", tile_.ready)
        .connect("tile_stop_o", tile_stop_)
        .connect("tile_first_o", tile_first_)
        .connect("tile_last_o", tile_last_)
        .connect("tile_dense_o", tile_dense_)
        .connect("tile_bounds_o", tile_bounds_)
        .connect("read_valid_o", job.valid)
        .connect("read_ready_i", job.ready)
        .connect("read_load_o", load)
        .connect("read_address_o", address)
        .connect("read_words_o", words)
        .connect("read_none_o", none)
        .connect("read_end_o", end);
    wgt_words_ = stream("wgt_word");
    weights_done_ = m_.wire("weights_done", 1);
    const Net once = m_.wire("wgt_repeat", kCountBits);
    m_.assign(once, {Bits(kCountBits, 0)}, "a tile is one run of words");
    const Net no_tag = m_.wire("wgt_tag", 1);
    m_.assign(no_tag, {Bits(1, 0)});
    leaf("vq_stream_reader", "u_wgt_reader")
        .connect("job_valid_i", job.valid)
        .connect("job_ready_o", job.ready)
        .connect("job_load_i", load)
        .connect("job_address_i", address)
        .connect("job_words_i", words)
        .connect("job_repeat_i", once)
        .connect("job_none_i", none)
        .connect("job_end_i", end)
        .connect("job_tag_i", no_tag)
        .connect("rd_en_o", wgt_.en)
        .connect("rd_addr_o", wgt_.address)
        .connect("valid_o", wgt_words_.valid)
        .connect("ready_i", wgt_words_.ready)
        .connect("tag_o", m_.unused("unused_wgt_tag", 1))
        .connect("done_o", weights_done_);
  }

  void add_parameters() {
    m_.section({"Parameters: those of a RUN are one job."});
    const Stream entry = stream("entry");
    const Net to_core = m_.wire("entry_to_core", 1);
    const Net always = m_.wire("param_always", 1);
    m_.assign(always, {Bits(1, 1)}, "each RUN has a place of its own and is complete by itself");
    params_done_ = m_.wire("params_done", 1);
    core_param_ = stream("core_param");
    vector_param_ = stream("vector_param");
    leaf("vq_stream_reader", "u_param_reader")
        .connect("job_valid_i", params_.valid)
        .connect("job_ready_o", params_.ready)
        .connect("job_load_i", always)
        .connect("job_address_i", field("RUN", "parameters"))
        .connect("job_words_i", params_words_)
        .connect("job_repeat_i", params_blocks_)
        .connect("job_none_i", params_none_)
        .connect("job_end_i", always)
        .connect("job_tag_i", array_)
        .connect("rd_en_o", param_.en)
        .connect("rd_addr_o", param_.address)
        .connect("valid_o", entry.valid)
        .connect("ready_i", entry.ready)
        .connect("tag_o", to_core)
        .connect("done_o", params_done_);
    add_route("u_param_route", entry, to_core, vector_param_, core_param_);
    bias_ = param_.data.slice(0, kSumBits);
    multiplier_ = param_.data.slice(kSumBits, kMultiplierBits);
    shift_ = param_.data.slice(2 * kSumBits, kShiftBits);
  }

  void add_core() {
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
    core.connect("tile_zero_point_i", tile_bounds_.element(0, kCodeBits))
        .connect("tile_low_i", tile_bounds_.element(1, kCodeBits))
        .connect("tile_high_i", tile_bounds_.element(2, kCodeBits))
        .connect("wgt_valid_i", wgt_words_.valid)
        .connect("wgt_ready_o", wgt_words_.ready)
        .connect("wgt_data_i", wgt_.data)
        .connect("act_valid_i", core_act_.valid)
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
  }

  void add_vector() {
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

  struct Codes {
    Net valid, ready, data;
  };
  Codes codes(const std::string& name) {
    return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1),
            m_.wire(name + "_data", lanes_ * kCodeBits)};
  }

  // RUNs wait in a queue for their turn, so that reading goes on while others drain.
  void add_output() {
    m_.section({"Output: the codes of each RUN in its turn."});
    const std::vector<std::pair<Slice, int>> parts = {
        {array_, 1},
        {add_, 1},
        {out_none_, 1},
        {params_blocks_, kCountBits},
        {field("RUN", "out_h"), kCountBits},
        {field("RUN", "out_w"), kCountBits},
        {field("RUN", "output"), kAddressBits},
        {field("RUN", "out_lane"), kLaneBits},
        {field("RUN", "out_groups"), kCountBits},
        {field("SHAPE", "out_group_step"), kAddressBits}};
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
    constexpr std::array kPorts = {"array_i",      "add_i",           "none_i",   "blocks_i",
                                   "out_h_i",      "out_w_i",         "output_i", "out_lane_i",
                                   "out_groups_i", "out_group_step_i"};
    int msb = bits;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      msb -= parts[i].second;
      walker.connect(kPorts[i], data.slice(msb, parts[i].second));
    }
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

  void add_order() {
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

  void take_unused_bits() {
    m_.section({"Bits that nobody needs here."});
    unused_bits_["PARAM"] = {
        param_.data.slice(kSumBits + kMultiplierBits, 1),
        param_.data.slice(2 * kSumBits + kShiftBits, kParameterBits - 2 * kSumBits - kShiftBits)};
    for (const auto& [format, slices] : unused_bits_) {
      std::string name = "unused_" + format;
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      Expression bits = 0;
      for (const Slice& slice : slices) bits = bits + slice.width;
      const Net unused = m_.unused(name, m_.value(bits));
      m_.assign(unused, {slices.begin(), slices.end()});
    }
  }

  Module& m_;
  const config::AcceleratorConfig& config_;
  const Module& core_module_;
  const Module& vector_module_;
  Expression rows_ = 0, columns_ = 0, lanes_ = 0, pixel_bits_ = 0;
  std::map<std::string, Net> data_;  // the three instructions
  std::map<std::pair<std::string, std::string>, Slice> fields_;
  std::map<std::string, std::vector<Slice>> unused_bits_;
  std::map<std::string, Net> core_events_;
  Net clk_, rst_n_, run_valid_, run_ready_;
  ReadPort act_, wgt_, param_, window_;
  Net out_wr_en_, out_wr_addr_, out_wr_data_, run_read_, run_done_;
  Net vector_read_, out_write_, act_read_, busy_;
  Stream walk_, tiles_, params_, place_, bounds_;
  Net array_, add_, params_none_, params_blocks_, params_words_, out_none_;
  Net act_data_, vector_operation_, vector_unit_;
  Net vector_first_, vector_last_, vector_group_last_, vector_run_last_;
  Net acts_done_, weights_done_, params_done_;
  Stream core_act_, vector_act_, tile_, wgt_words_, core_param_, vector_param_;
  Net tile_stop_, tile_first_, tile_last_, tile_dense_, tile_bounds_;
  Slice bias_, multiplier_, shift_;
  Codes core_codes_, sum_codes_, add_codes_;
};

}  // namespace

const Module& add_compute(netlist::Design& design, const config::AcceleratorConfig& config,
                          const Module& core) {
  const Module& vector = add_vector(design, config);
  Module& module = design.add(
      "vq_compute", fmt::format("carries out RUNs on {} x {} multipliers and {} vector lanes.",
                                config.array.rows, config.array.columns, config.array.rows));
  ComputeBuilder(module, config, core, vector).build();
  return module;
}

}  // namespace vqrom::blocks
