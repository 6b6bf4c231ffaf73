// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"
#include "gen/leaf/field_bits.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::ContractPort;
using netlist::param;
using netlist::Values;

namespace {

constexpr std::int64_t kLargestArraySide = 128;

Contract run_dispatch() {
  Contract contract{.name = "vq_run_dispatch",
                    .purpose = "gives each RUN to those who work on it",
                    .parameters = {{"ROWS", 1, kLargestArraySide, "input channels"},
                                   {"COLUMNS", 1, kLargestArraySide, "output channels"}},
                    .relations = {},
                    .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                              in("operation_i", 2), in("first_i"), in("last_i"),
                              in("groups_i", kCountBits), in("blocks_i", kCountBits)},
                    .paths = {{"operation_i", "ready_o"},
                              {"operation_i", "config_valid_o"},
                              {"operation_i", "array_o"},
                              {"operation_i", "add_o"},
                              {"operation_i", "params_none_o"},
                              {"first_i", "params_none_o"},
                              {"operation_i", "params_blocks_o"},
                              {"groups_i", "params_blocks_o"},
                              {"blocks_i", "params_blocks_o"},
                              {"operation_i", "params_words_o"},
                              {"operation_i", "out_none_o"},
                              {"last_i", "out_none_o"}},
                    .latency_cycles = 0,
                    .uses = {}};
  for (const char* stream : {"walk", "tiles", "params", "out", "config"}) {
    const std::string name = stream;
    contract.ports.push_back(out(name + "_valid_o"));
    contract.ports.push_back(in(name + "_ready_i"));
    contract.paths.push_back({"valid_i", name + "_valid_o"});
    contract.paths.push_back({name + "_ready_i", "ready_o"});
  }
  for (ContractPort port :
       {out("array_o"), out("add_o"), out("params_none_o"), out("params_blocks_o", kCountBits),
        out("params_words_o", kAddressBits), out("out_none_o")}) {
    contract.ports.push_back(std::move(port));
  }
  return contract;
}

Contract run_order() {
  return {.name = "vq_run_order",
          .purpose = "counts RUNs: which have read everything, and whether any is at work",
          .parameters = {},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("valid_i"), in("ready_i"), in("acts_done_i"),
                    in("weights_done_i"), in("params_done_i"), in("done_i"), out("read_o"),
                    out("busy_o")},
          .paths = {{"valid_i", "busy_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract tile_walker() {
  return {.name = "vq_tile_walker",
          .purpose = "the tiles of an array RUN: commands for vq_core, and what to read for each",
          .parameters = {{"INDEX_WORDS", 1, 65536, "bus words of a tile's indices"},
                         {"DENSE_WORDS", 1, 65536, "bus words of a tile's int8 weights"},
                         {"ADDR_W", 1, 16, "bits of a pixel address"}},
          .relations = {},
          .ports = {clock_port(),
                    reset_port(),
                    in("run_valid_i"),
                    out("run_ready_o"),
                    in("array_i"),
                    in("dense_i"),
                    in("first_i"),
                    in("last_i"),
                    in("kernel_h_i", kCountBits),
                    in("kernel_w_i", kCountBits),
                    in("groups_i", kCountBits),
                    in("blocks_i", kCountBits),
                    in("out_h_i", kCountBits),
                    in("out_w_i", kCountBits),
                    in("weights_i", kAddressBits),
                    in("bounds_i", kBoundsBits),
                    out("tile_valid_o"),
                    in("tile_ready_i"),
                    out("tile_stop_o", param("ADDR_W")),
                    out("tile_first_o"),
                    out("tile_last_o"),
                    out("tile_dense_o"),
                    out("tile_bounds_o", kBoundsBits),
                    out("read_valid_o"),
                    in("read_ready_i"),
                    out("read_load_o"),
                    out("read_address_o", kAddressBits),
                    out("read_words_o", kAddressBits),
                    out("read_none_o"),
                    out("read_end_o")},
          .paths = {{"tile_ready_i", "run_ready_o"}, {"read_ready_i", "run_ready_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract stream_reader() {
  return {
      .name = "vq_stream_reader",
      .purpose = "reads neighbouring words of a memory, job after job, into a stream",
      .parameters = {},
      .relations = {},
      .ports = {clock_port(), reset_port(), in("job_valid_i"), out("job_ready_o"), in("job_load_i"),
                in("job_address_i", kAddressBits), in("job_words_i", kAddressBits),
                in("job_repeat_i", kCountBits), in("job_none_i"), in("job_end_i"), in("job_tag_i"),
                out("rd_en_o"), out("rd_addr_o", kAddressBits), out("valid_o"), in("ready_i"),
                out("tag_o"), out("done_o")},
      .paths = {{"ready_i", "job_ready_o"},
                {"job_none_i", "job_ready_o"},
                {"ready_i", "rd_en_o"},
                {"ready_i", "done_o"},
                {"job_valid_i", "done_o"},
                {"job_none_i", "done_o"},
                {"job_end_i", "done_o"}},
      .latency_cycles = 2,
      .uses = {}};
}

Contract window_walker() {
  Contract contract{
      .name = "vq_window_walker",
      .purpose = "reads a RUN's activation vectors in the order of computing",
      .parameters = {{"ROWS", 1, 1024, "channels of a vector"}},
      .relations = {{"ERROR_vq_window_walker_ROWS_must_be_128_or_less", "ROWS must be 128 or less",
                     [](const Values& v) { return v.at("ROWS") <= kLargestArraySide; }}},
      .ports = {clock_port(), reset_port(), in("run_valid_i"), out("run_ready_o"),
                in("operation_i", 2), in("unit_weights_i")},
      .paths = {{"ready_i", "run_ready_o"},
                {"ready_i", "act_rd_en_o"},
                {"ready_i", "window_rd_en_o"},
                {"ready_i", "done_o"},
                {"act_rd_data_i", "act_data_o"}},
      .latency_cycles = 2,
      .uses = {}};
  const auto add = [&](int width, const std::vector<std::string>& names) {
    for (const std::string& name : names) contract.ports.push_back(in(name, width));
  };
  add(kCountBits, {"kernel_h_i", "kernel_w_i"});
  add(8, {"stride_y_i", "stride_x_i", "dilation_y_i", "dilation_x_i"});
  add(kAddressBits,
      {"group_step_i", "out_y_step_i", "out_x_step_i", "kernel_y_step_i", "kernel_x_step_i"});
  add(kCodeBits, {"pad_code_i"});
  add(kAddressBits, {"act_start_i"});
  add(kCountBits,
      {"start_y_i", "start_x_i", "in_h_i", "in_w_i", "out_h_i", "out_w_i", "groups_i", "blocks_i"});
  add(kAddressBits, {"weights_i"});
  add(7, {"first_row_i", "last_row_i"});
  for (ContractPort port : {out("act_rd_en_o"), out("act_rd_addr_o", kAddressBits),
                            in("act_rd_data_i", param("ROWS") * kCodeBits), out("window_rd_en_o"),
                            out("window_rd_addr_o", kAddressBits), out("valid_o"), in("ready_i"),
                            out("act_data_o", param("ROWS") * kCodeBits), out("vector_o"),
                            out("operation_o", 2), out("unit_o"), out("first_o"), out("last_o"),
                            out("group_last_o"), out("run_last_o"), out("done_o")}) {
    contract.ports.push_back(std::move(port));
  }
  return contract;
}

Contract window_control() {
  Contract contract{
      .name = "vq_window_control",
      .purpose = "moves vectors through the vector unit and its results out",
      .parameters = {{"BEATS", 1, kLongest, "beats of a window"},
                     {"BEAT_W", 1, kLongestBits, "bits that count beats"}},
      .relations = {{"ERROR_vq_window_control_BEAT_W_is_too_narrow_for_BEATS",
                     "BEAT_W must count to BEATS",
                     [](const Values& v) { return counts_to(v.at("BEAT_W"), v.at("BEATS")); }}},
      .ports = {clock_port(),          reset_port(),          in("valid_i"),
                out("ready_o"),        in("operation_i", 2),  in("first_i"),
                in("last_i"),          in("group_last_i"),    in("run_last_i"),
                out("take_o"),         out("step_o"),         out("operation_o", 2),
                out("first_o"),        out("move_o"),         out("beat_o", param("BEAT_W")),
                in("config_valid_i"),  out("config_ready_o"), in("config_add_i"),
                in("params_loaded_i"), out("params_claim_o"), out("params_release_o"),
                out("params_bank_o"),  out("sum_valid_o"),    in("sum_ready_i"),
                out("add_valid_o"),    in("add_ready_i")},
      .paths = {{"valid_i", "take_o"}, {"params_loaded_i", "params_claim_o"}},
      .latency_cycles = 3,
      .uses = {}};
  // Whether the hold register becomes free in this cycle decides on everything behind it.
  for (const char* from : {"config_valid_i", "config_add_i", "sum_ready_i", "add_ready_i"}) {
    for (const char* to : {"ready_o", "take_o", "step_o", "move_o", "config_ready_o",
                           "params_claim_o", "params_release_o"}) {
      contract.paths.push_back({from, to});
    }
  }
  for (const char* from : {"config_valid_i", "config_add_i"}) {
    for (const char* to : {"sum_valid_o", "add_valid_o"}) contract.paths.push_back({from, to});
  }
  return contract;
}

Contract out_walker() {
  Contract contract{
      .name = "vq_out_walker",
      .purpose = "places the codes of each RUN in the output buffer",
      .parameters = {{"ROWS", 1, 1024, "codes of a vector"},
                     {"COLUMNS", 1, 1024, "output channels of the array"},
                     {"LANES", 1, kLargestArraySide, "codes of a beat"}},
      .relations = {{"ERROR_vq_out_walker_LANES_must_divide_ROWS_and_COLUMNS_of_128_or_less",
                     "LANES must divide ROWS and COLUMNS, which must be 128 or less",
                     [](const Values& v) {
                       return v.at("ROWS") % v.at("LANES") == 0 &&
                              v.at("COLUMNS") % v.at("LANES") == 0 &&
                              v.at("ROWS") <= kLargestArraySide &&
                              v.at("COLUMNS") <= kLargestArraySide;
                     }}},
      .ports = {clock_port(), reset_port(), in("run_valid_i"), out("run_ready_o"), in("array_i"),
                in("add_i"), in("none_i"), in("blocks_i", kCountBits), in("out_h_i", kCountBits),
                in("out_w_i", kCountBits), in("output_i", kAddressBits), in("out_lane_i", 7),
                in("out_groups_i", kCountBits), in("out_group_step_i", kAddressBits), in("table_i"),
                in("table_bank_i")},
      .paths = {{"table_codes_i", "wr_data_o"}},
      .latency_cycles = 1,
      .uses = {}};
  for (const char* source : {"core", "sum", "add"}) {
    const std::string name = source;
    contract.ports.push_back(in(name + "_valid_i"));
    contract.ports.push_back(out(name + "_ready_o"));
    contract.ports.push_back(in(name + "_data_i", param("LANES") * kCodeBits));
    contract.paths.push_back({name + "_valid_i", "run_ready_o"});
    contract.paths.push_back({name + "_valid_i", "table_rd_en_o"});
    contract.paths.push_back({name + "_data_i", "table_codes_o"});
  }
  for (ContractPort port :
       {out("table_rd_en_o"), out("table_bank_o"), out("table_codes_o", param("LANES") * kCodeBits),
        in("table_codes_i", param("LANES") * kCodeBits),
        out("wr_en_o", param("ROWS") / param("LANES")), out("wr_addr_o", kAddressBits),
        out("wr_data_o", param("ROWS") * kCodeBits), out("write_o"), in("read_i"), out("done_o")}) {
    contract.ports.push_back(std::move(port));
  }
  return contract;
}

}  // namespace

std::vector<Contract> run_leaves() {
  return {run_dispatch(),  run_order(),      tile_walker(), stream_reader(),
          window_walker(), window_control(), out_walker()};
}

}  // namespace vqrom::leaf
