// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gen/blocks/core_builder.h"
#include "gen/blocks/modules.h"
#include "gen/leaf/leaves.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {

int count_bits(std::int64_t count) {
  return std::max(1, base::ceil_log2(static_cast<std::uint64_t>(count)));
}

void CoreBuilder::build() {
  write_header();
  declare_parameters();
  declare_ports();
  add_tile_queues();
  add_unpackers();
  add_decode();
  add_control();
  add_array();
  add_parameters();
  add_drain();
}

netlist::Instance& CoreBuilder::leaf(std::string_view module, std::string_view name) {
  const netlist::Contract& contract = leaf::find_leaf(module);
  netlist::Instance& instance = m_.instance(contract, name);
  if (contract.find_port("clk") != nullptr) instance.connect("clk", clk_);
  if (contract.find_port("rst_n") != nullptr) instance.connect("rst_n", rst_n_);
  return instance;
}

CoreBuilder::Stream CoreBuilder::stream(const std::string& name) {
  return {m_.wire(name + "_valid", 1), m_.wire(name + "_ready", 1), {}};
}

CoreBuilder::Stream CoreBuilder::stream(const std::string& name, const Expression& data_bits) {
  Stream result = stream(name);
  result.data = m_.wire(name + "_data", data_bits);
  return result;
}

void CoreBuilder::add_fifo(std::string_view name, int depth, const netlist::Slice& in_valid,
                           const netlist::Slice& in_ready, const Net& in_data, const Stream& out) {
  leaf("vq_fifo", name)
      .parameter("WIDTH", in_data.width())
      .parameter("DEPTH", depth)
      .parameter("PTR_W", count_bits(depth))
      .connect("valid_i", in_valid)
      .connect("ready_o", in_ready)
      .connect("data_i", in_data)
      .connect("valid_o", out.valid)
      .connect("ready_i", out.ready)
      .connect("data_o", out.data);
}

const netlist::Module& add_core(netlist::Design& design, const config::AcceleratorConfig& config,
                                const netlist::Module& decode) {
  netlist::Module& module = design.add(
      "vq_core", fmt::format("{} x {} multipliers fed from a codebook of {} codewords in {}.",
                             config.array.rows, config.array.columns, config.codebook.entries,
                             config.codebook.storage == config::Storage::kRegisters ? "registers"
                             : config.loads_codebook()                              ? "RAM"
                                                                                    : "ROM"));
  CoreBuilder(module, config, decode).build();
  return module;
}

}  // namespace vqrom::blocks
