// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

namespace {

Contract tile_control() {
  Contract contract{.name = "vq_tile_control",
                    .purpose = "issues one activation vector a cycle to the array",
                    .parameters = {{"ADDR_W", 1, kCountBits, "bits of a pixel address"}},
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
                     {"BEAT_W", 1, kCountBits, "bits that count beats"},
                     {"ADDR_W", 1, kCountBits, "bits of a pixel address"}},
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

}  // namespace

std::vector<Contract> control_leaves() {
  return {tile_control(), drain()};
}

}  // namespace vqrom::leaf
