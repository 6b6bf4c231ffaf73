// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"
#include "gen/leaf/field_bits.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Relation;
using netlist::Values;

namespace {

constexpr std::int64_t kLargestSide = 1024;

Contract weight_buffer() {
  return {
      .name = "vq_weight_buffer",
      .purpose = "double-buffered weight registers",
      .parameters = {{"BEATS", 1, kLongest, "beats of a tile"},
                     {"BEAT_W", 1, kWidest, "bits of a beat"},
                     {"COUNT_W", 1, kLongestBits, "bits that count beats"}},
      .relations = {{"ERROR_vq_weight_buffer_COUNT_W_is_too_narrow_for_BEATS",
                     "COUNT_W must count to BEATS",
                     [](const Values& v) { return counts_to(v.at("COUNT_W"), v.at("BEATS")); }}},
      .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                in("data_i", param("BEAT_W")), out("next_valid_o"), in("release_i"),
                out("weights_o", param("BEATS") * param("BEAT_W"))},
      .paths = {{"release_i", "ready_o"}, {"release_i", "next_valid_o"}},
      .latency_cycles = 2,
      .uses = {}};
}

Relation sum_holds_the_products() {
  return {"ERROR_vq_mac_column_SUM_W_is_too_narrow",
          "SUM_W must be at least ACT_W + WGT_W + ceil(log2 ROWS)", [](const Values& v) {
            return v.at("SUM_W") >= v.at("ACT_W") + v.at("WGT_W") +
                                        base::ceil_log2(static_cast<std::uint64_t>(v.at("ROWS")));
          }};
}

Contract mac_column() {
  return {.name = "vq_mac_column",
          .purpose = "one output channel's dot product over ROWS input channels",
          .parameters = {{"ROWS", 1, kLargestSide, "input channels"},
                         {"ACT_W", 2, 16, "bits of an activation"},
                         {"WGT_W", 2, 16, "bits of a weight"},
                         {"SUM_W", 4, 64, "bits of the sum"},
                         {"PRODUCT_REG", 0, 1, "1: a register behind the multipliers"}},
          .relations = {sum_holds_the_products()},
          .ports = {clock_port(), in("act_i", param("ROWS") * param("ACT_W")),
                    in("weights_i", param("ROWS") * param("WGT_W")), out("sum_o", param("SUM_W"))},
          .paths = {},
          .latency_cycles = 1 + param("PRODUCT_REG"),
          .uses = {}};
}

Contract mac_array() {
  return {.name = "vq_mac_array",
          .purpose = "ROWS x COLUMNS multipliers",
          .parameters = {{"ROWS", 1, kLargestSide, "input channels"},
                         {"COLUMNS", 1, kLargestSide, "output channels"},
                         {"ACT_W", 2, 16, "bits of an activation"},
                         {"WGT_W", 2, 16, "bits of a weight"},
                         {"SUM_W", 4, 64, "bits of a sum"},
                         {"PRODUCT_REG", 0, 1, "1: a register behind the multipliers"}},
          .relations = {sum_holds_the_products()},
          .ports = {clock_port(), in("act_en_i"), in("act_i", param("ROWS") * param("ACT_W")),
                    in("weights_i", param("COLUMNS") * param("ROWS") * param("WGT_W")),
                    out("sums_o", param("COLUMNS") * param("SUM_W"))},
          .paths = {},
          .latency_cycles = 2 + param("PRODUCT_REG"),
          .uses = {{"vq_mac_column",
                    param("COLUMNS"),
                    {{"ROWS", param("ROWS")},
                     {"ACT_W", param("ACT_W")},
                     {"WGT_W", param("WGT_W")},
                     {"SUM_W", param("SUM_W")},
                     {"PRODUCT_REG", param("PRODUCT_REG")}}}}};
}

Contract accumulator() {
  return {
      .name = "vq_accumulator",
      .purpose = "int32 sums of a block, in two banks of memory",
      .parameters = {{"COLUMNS", 1, kLargestSide, "output channels"},
                     {"SUM_W", 1, 64, "bits of a sum from the array"},
                     {"ARRAY_LATENCY", 1, 16, "cycles from an issue to the array's sums"},
                     {"DEPTH", 2, kLongest, "pixels of a bank"},
                     {"ADDR_W", 1, kLongestBits, "bits of a pixel address"}},
      .relations = {{"ERROR_vq_accumulator_ARRAY_LATENCY_must_be_2_or_more",
                     "ARRAY_LATENCY must be 2 or more",
                     [](const Values& v) { return v.at("ARRAY_LATENCY") >= 2; }},
                    {"ERROR_vq_accumulator_SUM_W_must_be_32_or_less", "SUM_W must be 32 or less",
                     [](const Values& v) { return v.at("SUM_W") <= kSumBits; }},
                    {"ERROR_vq_ram_1r1w_DEPTH_must_be_2_or_more_and_fit_ADDR_W",
                     "ADDR_W must count to DEPTH",
                     [](const Values& v) { return counts_to(v.at("ADDR_W"), v.at("DEPTH")); }}},
      .ports = {clock_port(), reset_port(), in("valid_i"), in("addr_i", param("ADDR_W")),
                in("bank_i"), in("first_i"), in("block_end_i"),
                in("sums_i", param("COLUMNS") * param("SUM_W")), out("bias_bank_o"),
                in("bias_i", param("COLUMNS") * kSumBits), out("done_o"), in("rd_en_i"),
                in("rd_addr_i", param("ADDR_W")), in("rd_bank_i"),
                out("rd_data_o", param("COLUMNS") * kSumBits)},
      .paths = {{"rd_bank_i", "rd_data_o"}},
      .latency_cycles = param("ARRAY_LATENCY") + 1,
      .uses = {{"vq_ram_1r1w",
                2,
                {{"WIDTH", param("COLUMNS") * kSumBits},
                 {"DEPTH", param("DEPTH")},
                 {"ADDR_W", param("ADDR_W")}}}}};
}

Contract param_buffer() {
  return {.name = "vq_param_buffer",
          .purpose = "bias, multiplier and shift of each column, in two banks",
          .parameters = {{"COLUMNS", 1, kLargestSide, "output channels"},
                         {"LANES", 1, kLargestSide, "requantisation lanes"},
                         {"COUNT_W", 1, kLongestBits, "bits that count columns"},
                         {"BEAT_W", 1, kLongestBits, "bits that count beats of LANES"}},
          .relations = {{"ERROR_vq_param_buffer_LANES_must_divide_COLUMNS_of_2_or_more",
                         "LANES must divide COLUMNS, which must be 2 or more",
                         [](const Values& v) {
                           return v.at("COLUMNS") >= 2 && v.at("COLUMNS") % v.at("LANES") == 0;
                         }}},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                    in("bias_i", kSumBits), in("multiplier_i", kMultiplierBits),
                    in("shift_i", kShiftBits), out("loaded_o"), in("claim_i"), in("release_i"),
                    in("bias_bank_i"), out("bias_o", param("COLUMNS") * kSumBits),
                    in("lane_bank_i"), in("lane_beat_i", param("BEAT_W")),
                    out("multiplier_o", param("LANES") * kMultiplierBits),
                    out("shift_o", param("LANES") * kShiftBits)},
          .paths = {{"bias_bank_i", "bias_o"},
                    {"lane_bank_i", "multiplier_o"},
                    {"lane_bank_i", "shift_o"},
                    {"lane_beat_i", "multiplier_o"},
                    {"lane_beat_i", "shift_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract lane_select() {
  return {
      .name = "vq_lane_select",
      .purpose = "picks LANES neighbouring columns' sums",
      .parameters = {{"COLUMNS", 1, kLargestSide, "output channels"},
                     {"LANES", 1, kLargestSide, "requantisation lanes"},
                     {"BEAT_W", 1, kLongestBits, "bits that count beats of LANES"}},
      .relations = {{"ERROR_vq_lane_select_LANES_must_divide_COLUMNS", "LANES must divide COLUMNS",
                     [](const Values& v) { return v.at("COLUMNS") % v.at("LANES") == 0; }}},
      .ports = {in("sums_i", param("COLUMNS") * kSumBits), in("beat_i", param("BEAT_W")),
                out("lanes_o", param("LANES") * kSumBits)},
      .paths = {{"sums_i", "lanes_o"}, {"beat_i", "lanes_o"}},
      .latency_cycles = 0,
      .uses = {}};
}

Contract requantise() {
  return {.name = "vq_requantise",
          .purpose = "int32 sum to int8 code",
          .parameters = {},
          .relations = {},
          .ports = {clock_port(), in("en_i"), in("acc_i", kSumBits),
                    in("multiplier_i", kMultiplierBits), in("shift_i", kShiftBits),
                    in("zero_point_i", kCodeBits), in("low_i", kCodeBits), in("high_i", kCodeBits),
                    out("code_o", kCodeBits)},
          .paths = {},
          .latency_cycles = 4,
          .uses = {}};
}

Contract requantise_lanes() {
  return {.name = "vq_requantise_lanes",
          .purpose = "LANES requantisation units that move together",
          .parameters = {{"LANES", 1, kLargestSide, "units"}},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                    in("acc_i", param("LANES") * kSumBits),
                    in("multiplier_i", param("LANES") * kMultiplierBits),
                    in("shift_i", param("LANES") * kShiftBits), in("zero_point_i", kCodeBits),
                    in("low_i", kCodeBits), in("high_i", kCodeBits), out("valid_o"), in("ready_i"),
                    out("data_o", param("LANES") * kCodeBits)},
          .paths = {{"ready_i", "ready_o"}},
          .latency_cycles = 4,
          .uses = {{"vq_requantise", param("LANES"), {}}}};
}

Contract window_lanes() {
  return {
      .name = "vq_window_lanes",
      .purpose = "an accumulator for each of ROWS channels: sum, maximum, or two operands",
      .parameters = {{"ROWS", 1, kLargestSide, "channels"},
                     {"LANES", 1, kLargestSide, "channels of a beat"},
                     {"BEAT_W", 1, kLongestBits, "bits that count beats of LANES"}},
      .relations = {{"ERROR_vq_window_lanes_LANES_must_divide_ROWS", "LANES must divide ROWS",
                     [](const Values& v) { return v.at("ROWS") % v.at("LANES") == 0; }}},
      .ports = {clock_port(), in("take_i"), in("act_i", param("ROWS") * kCodeBits),
                in("weight_i", param("ROWS") * kCodeBits), in("unit_i"), in("step_i"),
                in("operation_i", 2), in("first_i"), in("move_i"), in("beat_i", param("BEAT_W")),
                in("bias_i", param("ROWS") * kSumBits), out("sum_o", param("LANES") * kSumBits),
                out("a_o", param("LANES") * kCodeBits), out("b_o", param("LANES") * kCodeBits)},
      .paths = {{"beat_i", "sum_o"}, {"bias_i", "sum_o"}, {"beat_i", "a_o"}, {"beat_i", "b_o"}},
      .latency_cycles = 3,
      .uses = {}};
}

Contract add_lanes() {
  return {.name = "vq_add_lanes",
          .purpose = "the residual add of LANES channels: two codes to one",
          .parameters = {{"LANES", 1, kLargestSide, "units"}},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                    in("a_i", param("LANES") * kCodeBits), in("b_i", param("LANES") * kCodeBits),
                    in("multiplier_a_i", kMultiplierBits), in("multiplier_b_i", kMultiplierBits),
                    in("shift_i", kShiftBits), in("zero_point_a_i", kCodeBits),
                    in("zero_point_b_i", kCodeBits), in("zero_point_i", kCodeBits),
                    in("low_i", kCodeBits), in("high_i", kCodeBits), out("valid_o"), in("ready_i"),
                    out("data_o", param("LANES") * kCodeBits)},
          .paths = {{"ready_i", "ready_o"}},
          .latency_cycles = 4,
          .uses = {}};
}

Contract table_lanes() {
  constexpr std::int64_t kTableBits = 2 * 256 * kCodeBits;
  return {.name = "vq_table_lanes",
          .purpose = "looks LANES codes up in one of two tables of 256 codes",
          .parameters = {{"LANES", 1, kLargestSide, "codes of a beat"},
                         {"BUS_W", 16, kTableBits / 2, "bits of a bus word"},
                         {"WORD_W", 1, 8, "bits of the address of a bus word"}},
          .relations = {{"ERROR_vq_table_lanes_WORD_W_must_address_512_entries_in_words_of_BUS_W",
                         "2^WORD_W words of BUS_W bits must be 512 entries of 8 bits",
                         [](const Values& v) {
                           return v.at("BUS_W") << v.at("WORD_W") == kTableBits;
                         }}},
          .ports = {clock_port(), in("wr_en_i"), in("wr_addr_i", param("WORD_W")),
                    in("wr_data_i", param("BUS_W")), in("rd_en_i"), in("bank_i"),
                    in("codes_i", param("LANES") * kCodeBits),
                    out("codes_o", param("LANES") * kCodeBits)},
          .paths = {},
          .latency_cycles = 1,
          .uses = {{"vq_ram_1r1w",
                    param("LANES"),
                    {{"WIDTH", param("BUS_W")},
                     {"DEPTH", kTableBits / param("BUS_W")},
                     {"ADDR_W", param("WORD_W")}}}}};
}

}  // namespace

std::vector<Contract> compute_leaves() {
  return {weight_buffer(), mac_column(),  mac_array(),  accumulator(),
          param_buffer(),  lane_select(), requantise(), requantise_lanes(),
          window_lanes(),  add_lanes(),   table_lanes()};
}

}  // namespace vqrom::leaf
