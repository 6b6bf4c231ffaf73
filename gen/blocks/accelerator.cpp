// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/accelerator.h"

#include "gen/blocks/modules.h"
#include "gen/leaf/leaves.h"
#include "gen/netlist/rules.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

int latency_of(std::string_view leaf, const netlist::Values& values) {
  return base::checked_cast<int>(leaf::find_leaf(leaf).latency_cycles.evaluate(values));
}

// All that stands around vq_core between it and the memory.
const netlist::Module& add_around(netlist::Design& design, const config::AcceleratorConfig& config,
                                  const codebook::Codebook& codebook, const netlist::Module& core) {
  const netlist::Module& control = add_control(design, config);
  const netlist::Module& dma = add_dma(design, config);
  const netlist::Module& compute = add_compute(design, config, core);
  return add_top(design, config, codebook, {control, dma, compute});
}

}  // namespace

std::vector<const netlist::Module*> add_codebook(netlist::Design& design,
                                                 const config::AcceleratorConfig& config,
                                                 const codebook::Codebook& codebook) {
  if (config.loads_codebook()) return {};
  if (config.is_banked()) return add_codebook_banks(design, config, codebook);
  return {&add_codebook_port(design, config, add_codebook_rom(design, config, codebook))};
}

netlist::Design build_accelerator(const config::AcceleratorConfig& config,
                                  const codebook::Codebook& codebook) {
  VQROM_CHECK(config.codebook.entries == codebook.entries &&
                  config.codebook.dimension == codebook.dimension &&
                  config.codebook.element_bits == codebook.element_bits &&
                  config.codebook.structure == codebook.structure,
              "the configuration is not bound to this codebook");
  netlist::Design design;
  const netlist::Module& decode =
      add_decode(design, config, add_codebook(design, config, codebook));
  const netlist::Module& core = add_core(design, config, decode);
  design.set_top(config.top == config::Top::kCore ? core
                                                  : add_around(design, config, codebook, core));
  netlist::check(design).throw_if_any();
  return design;
}

int array_latency(const config::AcceleratorConfig& config) {
  return latency_of("vq_mac_array", {{"PRODUCT_REG", config.array.product_register ? 1 : 0}});
}

int pipeline_latency(const config::AcceleratorConfig& config) {
  // The sum is written; the accumulator tells so; vq_drain counts it and then reads.
  const int written = latency_of("vq_accumulator", {{"ARRAY_LATENCY", array_latency(config)}});
  return written + 2 + latency_of("vq_drain", {}) + latency_of("vq_requantise_lanes", {});
}

}  // namespace vqrom::blocks
