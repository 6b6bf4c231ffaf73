// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

std::vector<Contract> memory_leaves() {
  const Contract ram{
      .name = "vq_ram_1r1w",
      .purpose = "memory with one write and one read port",
      .parameters = {{"WIDTH", 1, kWidest, "bits of a word"},
                     {"DEPTH", 2, kLongest, "words"},
                     {"ADDR_W", 1, kCountBits, "bits of an address"}},
      .relations = {{"ERROR_vq_ram_1r1w_DEPTH_must_be_2_or_more_and_fit_ADDR_W",
                     "ADDR_W must count to DEPTH",
                     [](const Values& v) { return counts_to(v.at("ADDR_W"), v.at("DEPTH")); }}},
      .ports = {clock_port(), in("wr_en_i"), in("wr_addr_i", param("ADDR_W")),
                in("wr_data_i", param("WIDTH")), in("rd_en_i"), in("rd_addr_i", param("ADDR_W")),
                out("rd_data_o", param("WIDTH"))},
      .paths = {},
      .latency_cycles = 1,
      .uses = {}};
  return {ram};
}

}  // namespace vqrom::leaf
