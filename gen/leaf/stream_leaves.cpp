// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

namespace {

Contract fifo() {
  return {.name = "vq_fifo",
          .purpose = "a small first-in first-out queue in registers",
          .parameters = {{"WIDTH", 1, kWidest, "bits of an item"},
                         {"DEPTH", 2, kLongest, "items"},
                         {"PTR_W", 1, kLongestBits, "bits that count to DEPTH"}},
          .relations = {{"ERROR_vq_fifo_DEPTH_must_be_2_or_more_and_fit_PTR_W",
                         "PTR_W must count to DEPTH",
                         [](const Values& v) { return counts_to(v.at("PTR_W"), v.at("DEPTH")); }}},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                    in("data_i", param("WIDTH")), out("valid_o"), in("ready_i"),
                    out("data_o", param("WIDTH"))},
          .paths = {},
          .latency_cycles = 1,
          .uses = {}};
}

Contract fork() {
  return {.name = "vq_fork",
          .purpose = "gives every item of one stream to N consumers",
          .parameters = {{"N", 2, 64, "consumers"}},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                    out("valid_o", param("N")), in("ready_i", param("N"))},
          .paths = {{"ready_i", "ready_o"}, {"valid_i", "valid_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

Contract limit() {
  return {
      .name = "vq_limit",
      .purpose = "lets items pass while fewer than LIMIT wait for their answer",
      .parameters = {{"LIMIT", 1, kLongest, "items that may wait"},
                     {"COUNT_W", 1, kLongestBits, "bits that hold LIMIT"}},
      .relations = {{"ERROR_vq_limit_COUNT_W_is_too_narrow_for_LIMIT", "COUNT_W must hold LIMIT",
                     [](const Values& v) {
                       return counts_to(v.at("COUNT_W"), v.at("LIMIT") + 1);
                     }}},
      .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"), out("valid_o"),
                in("ready_i"), out("en_o"), in("done_i")},
      .paths = {{"valid_i", "valid_o"},
                {"valid_i", "en_o"},
                {"ready_i", "ready_o"},
                {"ready_i", "en_o"}},
      .latency_cycles = 0,
      .uses = {}};
}

Contract register_leaf() {
  return {.name = "vq_register",
          .purpose = "data that travels beside a vq_stage",
          .parameters = {{"WIDTH", 1, kWidest, "bits"}},
          .relations = {},
          .ports = {clock_port(), in("en_i"), in("data_i", param("WIDTH")),
                    out("data_o", param("WIDTH"))},
          .paths = {},
          .latency_cycles = 1,
          .uses = {}};
}

Contract route() {
  return {.name = "vq_route",
          .purpose = "sends a stream to one of two consumers",
          .parameters = {},
          .relations = {},
          .ports = {in("valid_i"), out("ready_o"), in("select_i"), out("valid0_o"), in("ready0_i"),
                    out("valid1_o"), in("ready1_i")},
          .paths = {{"valid_i", "valid0_o"},
                    {"valid_i", "valid1_o"},
                    {"select_i", "valid0_o"},
                    {"select_i", "valid1_o"},
                    {"select_i", "ready_o"},
                    {"ready0_i", "ready_o"},
                    {"ready1_i", "ready_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

Contract select() {
  return {.name = "vq_select",
          .purpose = "chooses one of two buses",
          .parameters = {{"WIDTH", 1, kWidest, "bits"}},
          .relations = {},
          .ports = {in("select_i"), in("data0_i", param("WIDTH")), in("data1_i", param("WIDTH")),
                    out("data_o", param("WIDTH"))},
          .paths = {{"select_i", "data_o"}, {"data0_i", "data_o"}, {"data1_i", "data_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

Contract stage() {
  return {.name = "vq_stage",
          .purpose = "handshake of one pipeline register",
          .parameters = {},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"), out("valid_o"),
                    in("ready_i"), out("en_o")},
          .paths = {{"ready_i", "ready_o"}, {"valid_i", "en_o"}, {"ready_i", "en_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

}  // namespace

std::vector<Contract> stream_leaves() {
  return {fifo(), fork(), limit(), register_leaf(), route(), select(), stage()};
}

}  // namespace vqrom::leaf
