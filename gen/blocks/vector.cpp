// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/core_builder.h"
#include "gen/blocks/modules.h"
#include "gen/leaf/field_bits.h"
#include "gen/leaf/leaves.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

using netlist::Expression;
using netlist::Module;
using netlist::Net;

constexpr int kConfigDepth = 2;

class VectorBuilder {
 public:
  VectorBuilder(Module& module, const config::AcceleratorConfig& config)
      : m_(module), config_(config) {}

  void build() {
    write_header();
    rows_ = m_.localparam("ROWS", config_.array.rows, "channels of a vector");
    lanes_ = m_.localparam("LANES", config_.requantise.lanes, "channels of a beat");
    beats_ = m_.localparam("BEATS", config_.vector_beats(), "beats of a vector");
    beat_bits_ = m_.localparam("BEAT_W", count_bits(config_.vector_beats()), "");
    declare_ports();
    add_configuration();
    add_control();
    add_parameters();
    add_lanes();
    add_results();
  }

 private:
  void write_header() {
    m_.header({"  act, weight ─▶ window lanes ─▶ hold ─┬▶ requantise ─▶ sum",
               "                                       └▶ add lanes ──▶ add",
               "  param ─▶ buffer, 2 banks ─────────────┘",
               "  config ─▶ queue: bounds and factors of the RUN that is drained", "",
               fmt::format("Latency     a window takes as many cycles as kernel positions, {} at "
                           "least; 7 from its",
                           config_.vector_beats()),
               "            last vector to its first code.",
               "Handshake   valid/ready; valid never waits for ready.",
               "Packing     row r at act_data_i[r*8 +: 8]; row b*LANES + l at lane l of beat b."});
  }

  void declare_ports() {
    clk_ = m_.clock("clk");
    rst_n_ = m_.reset("rst_n");
    m_.port_group("One for each RUN of the unit");
    config_valid_ = m_.input("config_valid_i", 1);
    config_ready_ = m_.output("config_ready_o", 1);
    add_i_ = m_.input("config_add_i", 1, "an add; else windows");
    zero_point_i_ = m_.input("config_zero_point_i", leaf::kCodeBits, "of the codes that go out");
    low_i_ = m_.input("config_low_i", leaf::kCodeBits);
    high_i_ = m_.input("config_high_i", leaf::kCodeBits);
    multiplier_a_i_ =
        m_.input("config_multiplier_a_i", leaf::kMultiplierBits, "the factors of an add");
    multiplier_b_i_ = m_.input("config_multiplier_b_i", leaf::kMultiplierBits);
    shift_i_ = m_.input("config_shift_i", leaf::kShiftBits);
    zero_point_a_i_ = m_.input("config_zero_point_a_i", leaf::kCodeBits);
    zero_point_b_i_ = m_.input("config_zero_point_b_i", leaf::kCodeBits);
    m_.port_group("Vectors");
    valid_ = m_.input("vector_valid_i", 1);
    ready_ = m_.output("vector_ready_o", 1);
    operation_ = m_.input("vector_operation_i", 2, "1 sum, 2 maximum, 3 add");
    unit_ = m_.input("vector_unit_i", 1, "weights are 1");
    first_ = m_.input("vector_first_i", 1, "of a window");
    last_ = m_.input("vector_last_i", 1, "of a window");
    group_last_ = m_.input("vector_group_last_i", 1, "of a group");
    run_last_ = m_.input("vector_run_last_i", 1, "of a RUN");
    act_ = m_.input("act_data_i", rows_ * leaf::kCodeBits);
    weight_ = m_.input("weight_data_i", rows_ * leaf::kCodeBits);
    m_.port_group("Parameters: one channel a beat, ROWS for each group of windows");
    param_valid_ = m_.input("param_valid_i", 1);
    param_ready_ = m_.output("param_ready_o", 1);
    param_bias_ = m_.input("param_bias_i", leaf::kSumBits);
    param_multiplier_ = m_.input("param_multiplier_i", leaf::kMultiplierBits);
    param_shift_ = m_.input("param_shift_i", leaf::kShiftBits);
    m_.port_group("Codes of windows and of adds, each RUN's in one of the two");
    sum_ = output_stream("sum");
    add_ = output_stream("add");
    m_.port_group("For counters");
    read_ = m_.output("read_o", 1, "a vector is taken");
  }

  struct Codes {
    Net valid;
    Net ready;
    Net data;
  };
  Codes output_stream(const std::string& name) {
    return {m_.output(name + "_valid_o", 1), m_.input(name + "_ready_i", 1),
            m_.output(name + "_data_o", lanes_ * leaf::kCodeBits)};
  }

  netlist::Instance& leaf(std::string_view module, std::string_view name) {
    const netlist::Contract& contract = leaf::find_leaf(module);
    netlist::Instance& instance = m_.instance(contract, name).connect("clk", clk_);
    if (contract.find_port("rst_n") != nullptr) instance.connect("rst_n", rst_n_);
    return instance;
  }

  // The queue's word: bounds lowest, for they are what all RUNs use.
  void add_configuration() {
    m_.section({"Configuration: vectors of the next RUN may enter while this one is drained."});
    constexpr int kBits = 1 + 5 * leaf::kCodeBits + 2 * leaf::kMultiplierBits + leaf::kShiftBits;
    const Net in = m_.wire("config_data", kBits);
    run_ = m_.wire("run_data", kBits, "of the RUN that is drained");
    run_valid_ = m_.wire("run_valid", 1);
    run_ready_ = m_.wire("run_ready", 1);
    m_.assign(in, {shift_i_, multiplier_b_i_, multiplier_a_i_, zero_point_b_i_, zero_point_a_i_,
                   high_i_, low_i_, zero_point_i_, add_i_});
    leaf("vq_fifo", "u_config_fifo")
        .parameter("WIDTH", kBits)
        .parameter("DEPTH", kConfigDepth)
        .parameter("PTR_W", count_bits(kConfigDepth))
        .connect("valid_i", config_valid_)
        .connect("ready_o", config_ready_)
        .connect("data_i", in)
        .connect("valid_o", run_valid_)
        .connect("ready_i", run_ready_)
        .connect("data_o", run_);
  }

  void add_control() {
    m_.section({"Control: what moves in this cycle."});
    step_ = m_.wire("step", 1);
    step_operation_ = m_.wire("step_operation", 2);
    step_first_ = m_.wire("step_first", 1);
    move_ = m_.wire("move", 1);
    beat_ = m_.wire("beat", beat_bits_);
    params_loaded_ = m_.wire("params_loaded", 1);
    params_claim_ = m_.wire("params_claim", 1);
    params_release_ = m_.wire("params_release", 1);
    params_bank_ = m_.wire("params_bank", 1);
    sum_beat_valid_ = m_.wire("sum_beat_valid", 1);
    sum_beat_ready_ = m_.wire("sum_beat_ready", 1);
    add_beat_valid_ = m_.wire("add_beat_valid", 1);
    add_beat_ready_ = m_.wire("add_beat_ready", 1);
    leaf("vq_window_control", "u_control")
        .parameter("BEATS", beats_)
        .parameter("BEAT_W", beat_bits_)
        .connect("valid_i", valid_)
        .connect("ready_o", ready_)
        .connect("operation_i", operation_)
        .connect("first_i", first_)
        .connect("last_i", last_)
        .connect("group_last_i", group_last_)
        .connect("run_last_i", run_last_)
        .connect("take_o", read_)
        .connect("step_o", step_)
        .connect("operation_o", step_operation_)
        .connect("first_o", step_first_)
        .connect("move_o", move_)
        .connect("beat_o", beat_)
        .connect("config_valid_i", run_valid_)
        .connect("config_ready_o", run_ready_)
        .connect("config_add_i", run_.bit(0))
        .connect("params_loaded_i", params_loaded_)
        .connect("params_claim_o", params_claim_)
        .connect("params_release_o", params_release_)
        .connect("params_bank_o", params_bank_)
        .connect("sum_valid_o", sum_beat_valid_)
        .connect("sum_ready_i", sum_beat_ready_)
        .connect("add_valid_o", add_beat_valid_)
        .connect("add_ready_i", add_beat_ready_);
  }

  void add_parameters() {
    m_.section({"Parameters: one bank for the group that is drained, one for the next."});
    biases_ = m_.wire("biases", rows_ * leaf::kSumBits);
    multipliers_ = m_.wire("multipliers", lanes_ * leaf::kMultiplierBits);
    shifts_ = m_.wire("shifts", lanes_ * leaf::kShiftBits);
    leaf("vq_param_buffer", "u_param_buffer")
        .parameter("COLUMNS", rows_)
        .parameter("LANES", lanes_)
        .parameter("COUNT_W", count_bits(config_.array.rows))
        .parameter("BEAT_W", beat_bits_)
        .connect("valid_i", param_valid_)
        .connect("ready_o", param_ready_)
        .connect("bias_i", param_bias_)
        .connect("multiplier_i", param_multiplier_)
        .connect("shift_i", param_shift_)
        .connect("loaded_o", params_loaded_)
        .connect("claim_i", params_claim_)
        .connect("release_i", params_release_)
        .connect("bias_bank_i", params_bank_)
        .connect("bias_o", biases_)
        .connect("lane_bank_i", params_bank_)
        .connect("lane_beat_i", beat_)
        .connect("multiplier_o", multipliers_)
        .connect("shift_o", shifts_);
  }

  void add_lanes() {
    m_.section({"Lanes: a window is accumulated while the one before it is drained."});
    sums_ = m_.wire("sums", lanes_ * leaf::kSumBits);
    operands_a_ = m_.wire("operands_a", lanes_ * leaf::kCodeBits);
    operands_b_ = m_.wire("operands_b", lanes_ * leaf::kCodeBits);
    leaf("vq_window_lanes", "u_lanes")
        .parameter("ROWS", rows_)
        .parameter("LANES", lanes_)
        .parameter("BEAT_W", beat_bits_)
        .connect("take_i", read_)
        .connect("act_i", act_)
        .connect("weight_i", weight_)
        .connect("unit_i", unit_)
        .connect("step_i", step_)
        .connect("operation_i", step_operation_)
        .connect("first_i", step_first_)
        .connect("move_i", move_)
        .connect("beat_i", beat_)
        .connect("bias_i", biases_)
        .connect("sum_o", sums_)
        .connect("a_o", operands_a_)
        .connect("b_o", operands_b_);
  }

  void add_results() {
    m_.section({"Codes: by the channel's parameters, or by the RUN's factors."});
    int lsb = 1;
    const auto field = [&](int bits) {
      lsb += bits;
      return run_.slice(lsb - bits, bits);
    };
    const netlist::Slice zero_point = field(leaf::kCodeBits);
    const netlist::Slice low = field(leaf::kCodeBits);
    const netlist::Slice high = field(leaf::kCodeBits);
    const netlist::Slice zero_point_a = field(leaf::kCodeBits);
    const netlist::Slice zero_point_b = field(leaf::kCodeBits);
    const netlist::Slice multiplier_a = field(leaf::kMultiplierBits);
    const netlist::Slice multiplier_b = field(leaf::kMultiplierBits);
    const netlist::Slice shift = field(leaf::kShiftBits);
    leaf("vq_requantise_lanes", "u_requantise")
        .parameter("LANES", lanes_)
        .connect("valid_i", sum_beat_valid_)
        .connect("ready_o", sum_beat_ready_)
        .connect("acc_i", sums_)
        .connect("multiplier_i", multipliers_)
        .connect("shift_i", shifts_)
        .connect("zero_point_i", zero_point)
        .connect("low_i", low)
        .connect("high_i", high)
        .connect("valid_o", sum_.valid)
        .connect("ready_i", sum_.ready)
        .connect("data_o", sum_.data);
    leaf("vq_add_lanes", "u_add")
        .parameter("LANES", lanes_)
        .connect("valid_i", add_beat_valid_)
        .connect("ready_o", add_beat_ready_)
        .connect("a_i", operands_a_)
        .connect("b_i", operands_b_)
        .connect("multiplier_a_i", multiplier_a)
        .connect("multiplier_b_i", multiplier_b)
        .connect("shift_i", shift)
        .connect("zero_point_a_i", zero_point_a)
        .connect("zero_point_b_i", zero_point_b)
        .connect("zero_point_i", zero_point)
        .connect("low_i", low)
        .connect("high_i", high)
        .connect("valid_o", add_.valid)
        .connect("ready_i", add_.ready)
        .connect("data_o", add_.data);
  }

  Module& m_;
  const config::AcceleratorConfig& config_;
  Expression rows_ = 0, lanes_ = 0, beats_ = 0, beat_bits_ = 0;
  Net clk_, rst_n_;
  Net config_valid_, config_ready_, add_i_, zero_point_i_, low_i_, high_i_;
  Net multiplier_a_i_, multiplier_b_i_, shift_i_, zero_point_a_i_, zero_point_b_i_;
  Net valid_, ready_, operation_, unit_, first_, last_, group_last_, run_last_, act_, weight_;
  Net param_valid_, param_ready_, param_bias_, param_multiplier_, param_shift_;
  Codes sum_, add_;
  Net read_;
  Net run_, run_valid_, run_ready_;
  Net step_, step_operation_, step_first_, move_, beat_;
  Net params_loaded_, params_claim_, params_release_, params_bank_;
  Net sum_beat_valid_, sum_beat_ready_, add_beat_valid_, add_beat_ready_;
  Net biases_, multipliers_, shifts_, sums_, operands_a_, operands_b_;
};

}  // namespace

const Module& add_vector(netlist::Design& design, const config::AcceleratorConfig& config) {
  Module& module =
      design.add("vq_vector", fmt::format("sums, maxima and adds of {} channels, {} codes a cycle.",
                                          config.array.rows, config.requantise.lanes));
  VectorBuilder(module, config).build();
  return module;
}

}  // namespace vqrom::blocks
