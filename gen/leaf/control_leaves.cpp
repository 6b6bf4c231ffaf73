// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

namespace {

constexpr int kInstructionBits = 256;
constexpr int kOpcodeBits = 4;
constexpr int kCounterBits = 64;
constexpr int kHashBits = 256;

netlist::ParameterRule count_width() {
  return {"COUNT_W", 1, 32, "bits of a ticket counter"};
}

netlist::ParameterRule opcode(std::string name) {
  return {std::move(name), 0, (1 << kOpcodeBits) - 1, "an instruction's opcode"};
}

// What software reads and the module itself has no use for.
netlist::ParameterRule identification(std::string name) {
  return {std::move(name), 1, 1 << 16, "told to software"};
}

Contract tile_control() {
  Contract contract{.name = "vq_tile_control",
                    .purpose = "issues one activation vector a cycle to the array",
                    .parameters = {{"ADDR_W", 1, kLongestBits, "bits of a pixel address"}},
                    .relations = {},
                    .ports = {clock_port(),
                              reset_port(),
                              in("tile_valid_i"),
                              out("tile_ready_o"),
                              in("tile_stop_i", param("ADDR_W")),
                              in("tile_first_i"),
                              in("tile_last_i"),
                              in("act_valid_i"),
                              out("act_ready_o"),
                              in("weights_next_valid_i"),
                              out("weights_release_o"),
                              in("params_loaded_i"),
                              out("params_claim_o"),
                              out("block_valid_o"),
                              in("block_ready_i"),
                              out("issue_o"),
                              out("issue_addr_o", param("ADDR_W")),
                              out("issue_bank_o"),
                              out("issue_first_o"),
                              out("issue_block_end_o"),
                              out("wait_weights_o"),
                              out("wait_params_o"),
                              out("wait_sums_o"),
                              out("wait_acts_o")},
                    .paths = {{"tile_first_i", "issue_first_o"},
                              {"tile_last_i", "issue_block_end_o"},
                              {"tile_stop_i", "issue_block_end_o"},
                              {"tile_valid_i", "wait_weights_o"},
                              {"weights_next_valid_i", "wait_weights_o"}},
                    .latency_cycles = 0,
                    .uses = {}};
  // Whether an issue happens depends on every condition, and so does all that goes with it.
  const std::vector<std::string> conditions = {
      "tile_valid_i",         "tile_stop_i",     "tile_first_i", "tile_last_i",
      "weights_next_valid_i", "params_loaded_i", "block_ready_i"};
  for (const char* to : {"tile_ready_o", "act_ready_o", "params_claim_o", "block_valid_o",
                         "issue_o", "wait_params_o", "wait_sums_o", "wait_acts_o"}) {
    for (const std::string& from : conditions) contract.paths.push_back({from, to});
  }
  for (const char* to :
       {"tile_ready_o", "params_claim_o", "block_valid_o", "issue_o", "wait_acts_o"}) {
    contract.paths.push_back({"act_valid_i", to});
  }
  return contract;
}

Contract drain() {
  return {
      .name = "vq_drain",
      .purpose = "reads a finished block out of the accumulator",
      .parameters = {{"BEATS", 1, kLongest, "beats of a pixel"},
                     {"BEAT_W", 1, kLongestBits, "bits that count beats"},
                     {"ADDR_W", 1, kLongestBits, "bits of a pixel address"}},
      .relations = {{"ERROR_vq_drain_BEAT_W_is_too_narrow_for_BEATS", "BEAT_W must count to BEATS",
                     [](const Values& v) { return counts_to(v.at("BEAT_W"), v.at("BEATS")); }}},
      .ports = {clock_port(), reset_port(), in("block_valid_i"), out("block_ready_o"),
                in("block_stop_i", param("ADDR_W")), in("done_i"), out("release_o"), out("rd_en_o"),
                out("rd_addr_o", param("ADDR_W")), out("bank_o"), out("valid_o"),
                in("lanes_ready_i"), out("beat_o", param("BEAT_W"))},
      .paths = {{"block_valid_i", "rd_en_o"},
                {"lanes_ready_i", "rd_en_o"},
                {"lanes_ready_i", "release_o"},
                {"lanes_ready_i", "block_ready_o"}},
      .latency_cycles = 1,
      .uses = {}};
}

Contract tickets() {
  return {.name = "vq_tickets",
          .purpose = "counts what is complete",
          .parameters = {count_width()},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("clear_i"), in("load_done_i"), in("run_read_i"),
                    in("run_done_i"), in("store_read_i"), in("store_done_i"),
                    out("loads_o", param("COUNT_W")), out("reads_o", param("COUNT_W")),
                    out("runs_o", param("COUNT_W")), out("store_reads_o", param("COUNT_W")),
                    out("stores_o", param("COUNT_W")), out("progress_o")},
          .paths = {{"load_done_i", "progress_o"},
                    {"run_read_i", "progress_o"},
                    {"run_done_i", "progress_o"},
                    {"store_read_i", "progress_o"},
                    {"store_done_i", "progress_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract ticket_gate() {
  Contract contract{
      .name = "vq_ticket_gate",
      .purpose = "lets an instruction pass when the counts that it names are reached",
      .parameters = {count_width()},
      .relations = {},
      .ports = {clock_port(), reset_port(), in("stop_i"), in("valid_i"), out("ready_o"),
                in("need0_i", param("COUNT_W")), in("count0_i", param("COUNT_W")),
                in("need1_i", param("COUNT_W")), in("count1_i", param("COUNT_W")), out("valid_o"),
                in("ready_i"), out("wait_o"), out("wait0_o"), out("wait1_o")},
      .paths = {{"stop_i", "ready_o"},
                {"stop_i", "valid_o"},
                {"ready_i", "ready_o"},
                {"need1_i", "wait1_o"},
                {"count1_i", "wait1_o"}},
      .latency_cycles = 0,
      .uses = {}};
  for (const char* from : {"need0_i", "count0_i", "need1_i", "count1_i"}) {
    for (const char* to : {"ready_o", "valid_o", "wait_o", "wait0_o"}) {
      contract.paths.push_back({from, to});
    }
  }
  for (const char* to : {"valid_o", "wait_o", "wait0_o", "wait1_o"}) {
    contract.paths.push_back({"valid_i", to});
  }
  return contract;
}

Contract run_context() {
  return {.name = "vq_run_context",
          .purpose = "keeps the last SHAPE and FACTORS beside the RUNs that follow them",
          .parameters = {opcode("SHAPE_OPCODE"),
                         opcode("FACTORS_OPCODE"),
                         {"SHAPE_W", 1, kWidest, "bits of a SHAPE"},
                         {"FACTORS_W", 1, kWidest, "bits of FACTORS"}},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                    in("opcode_i", kOpcodeBits), in("shape_i", param("SHAPE_W")),
                    in("factors_i", param("FACTORS_W")), out("valid_o"), in("ready_i"),
                    out("shape_o", param("SHAPE_W")), out("factors_o", param("FACTORS_W"))},
          .paths = {{"valid_i", "valid_o"},
                    {"opcode_i", "valid_o"},
                    {"opcode_i", "ready_o"},
                    {"ready_i", "ready_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

Contract dispatch() {
  Contract contract{
      .name = "vq_dispatch",
      .purpose = "gives each instruction to its queue, and holds FENCE and END",
      .parameters = {opcode("LOAD_OPCODE"), opcode("STORE_OPCODE"), opcode("SHAPE_OPCODE"),
                     opcode("FACTORS_OPCODE"), opcode("RUN_OPCODE"), opcode("FENCE_OPCODE"),
                     opcode("END_OPCODE"), count_width()},
      .relations = {},
      .ports = {clock_port(),
                reset_port(),
                in("clear_i"),
                in("valid_i"),
                out("ready_o"),
                in("opcode_i", kOpcodeBits),
                in("last_i"),
                out("load_valid_o"),
                in("load_ready_i"),
                out("store_valid_o"),
                in("store_ready_i"),
                out("run_valid_o"),
                in("run_ready_i"),
                in("loads_i", param("COUNT_W")),
                in("reads_i", param("COUNT_W")),
                in("runs_i", param("COUNT_W")),
                in("store_reads_i", param("COUNT_W")),
                in("stores_i", param("COUNT_W")),
                out("done_o"),
                out("illegal_o")},
      .paths = {},
      .latency_cycles = 0,
      .uses = {}};
  for (const char* to : {"load_valid_o", "store_valid_o", "run_valid_o", "done_o", "illegal_o"}) {
    for (const char* from : {"valid_i", "opcode_i", "last_i"}) contract.paths.push_back({from, to});
  }
  for (const char* from : {"opcode_i", "last_i", "load_ready_i", "store_ready_i", "run_ready_i"}) {
    contract.paths.push_back({from, "ready_o"});
  }
  for (const char* from : {"loads_i", "reads_i", "runs_i", "store_reads_i", "stores_i"}) {
    for (const char* to : {"ready_o", "done_o"}) contract.paths.push_back({from, to});
  }
  return contract;
}

Contract fetch() {
  return {.name = "vq_fetch",
          .purpose = "requests a program's instructions and puts their words together",
          .parameters = {{"BUS_W", 32, 128, "bits of a bus word"},
                         {"ADDR_W", 16, 64, "bits of an address"},
                         {"DEPTH", 2, 64, "instructions requested and not taken"},
                         {"PTR_W", 1, kLongestBits, "bits that count words of DEPTH instructions"}},
          .relations = {{"ERROR_vq_fetch_DEPTH_instructions_must_be_2_to_the_PTR_W_words",
                         "DEPTH * 256 / BUS_W must be 2 to the PTR_W",
                         [](const Values& v) {
                           return v.at("DEPTH") * (kInstructionBits / v.at("BUS_W")) ==
                                  std::int64_t{1} << v.at("PTR_W");
                         }}},
          .ports = {clock_port(), reset_port(), in("start_i"), in("count_i", 32), out("ar_valid_o"),
                    in("ar_ready_i"), out("ar_addr_o", param("ADDR_W")), in("r_valid_i"),
                    in("r_data_i", param("BUS_W")), out("valid_o"), in("ready_i"),
                    out("data_o", kInstructionBits), out("last_o")},
          .paths = {},
          .latency_cycles = 2,
          .uses = {{"vq_ram_1r1w",
                    1,
                    {{"WIDTH", param("BUS_W")},
                     {"DEPTH", param("DEPTH") * (kInstructionBits / param("BUS_W"))},
                     {"ADDR_W", param("PTR_W")}}}}};
}

Contract counters() {
  return {
      .name = "vq_counters",
      .purpose = "one counter for each event",
      .parameters = {{"EVENTS", 2, 256, "counters"}, {"INDEX_W", 1, 8, "bits that count events"}},
      .relations = {{"ERROR_vq_counters_INDEX_W_is_too_narrow_for_EVENTS_of_2_or_more",
                     "INDEX_W must count to EVENTS",
                     [](const Values& v) { return counts_to(v.at("INDEX_W"), v.at("EVENTS")); }}},
      .ports = {clock_port(), reset_port(), in("clear_i"), in("event_i", param("EVENTS")),
                out("event_o", param("EVENTS")), in("rd_en_i"), in("rd_index_i", param("INDEX_W")),
                out("rd_data_o", kCounterBits)},
      .paths = {{"event_i", "event_o"}, {"clear_i", "event_o"}},
      .latency_cycles = 1,
      .uses = {}};
}

Contract csr() {
  return {.name = "vq_csr",
          .purpose = "control and status registers behind AXI4-Lite",
          .parameters = {{"ADDR_W", 16, 40, "bits of an address in memory"},
                         {"EVENTS", 2, 256, "counters"},
                         {"INDEX_W", 1, 8, "bits that count events"},
                         count_width(),
                         identification("ROWS"),
                         identification("COLUMNS"),
                         identification("LANES"),
                         identification("BUS_BITS"),
                         identification("ENTRIES"),
                         identification("DIMENSION"),
                         identification("ELEMENT_BITS"),
                         identification("PORTS")},
          .relations = {},
          .ports = {clock_port(),
                    reset_port(),
                    in("awvalid_i"),
                    out("awready_o"),
                    in("awaddr_i", 12),
                    in("wvalid_i"),
                    out("wready_o"),
                    in("wdata_i", 32),
                    in("wstrb_i", 4),
                    out("bvalid_o"),
                    in("bready_i"),
                    out("bresp_o", 2),
                    in("arvalid_i"),
                    out("arready_o"),
                    in("araddr_i", 12),
                    out("rvalid_o"),
                    in("rready_i"),
                    out("rdata_o", 32),
                    out("rresp_o", 2),
                    out("start_o"),
                    out("stop_o"),
                    out("busy_o"),
                    out("base_o", param("ADDR_W")),
                    out("count_o", 32),
                    in("done_i"),
                    in("error_i"),
                    in("illegal_i"),
                    out("irq_o"),
                    in("progress_i"),
                    in("loads_i", param("COUNT_W")),
                    in("reads_i", param("COUNT_W")),
                    in("runs_i", param("COUNT_W")),
                    in("store_reads_i", param("COUNT_W")),
                    in("stores_i", param("COUNT_W")),
                    in("hash_i", kHashBits),
                    out("counter_en_o"),
                    out("counter_index_o", param("INDEX_W")),
                    in("counter_data_i", kCounterBits)},
          .paths = {{"arvalid_i", "counter_en_o"},
                    {"araddr_i", "counter_en_o"},
                    {"araddr_i", "counter_index_o"},
                    {"counter_data_i", "rdata_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

}  // namespace

std::vector<Contract> control_leaves() {
  return {tile_control(), drain(), tickets(),  ticket_gate(), run_context(),
          dispatch(),     fetch(), counters(), csr()};
}

}  // namespace vqrom::leaf
