// SPDX-License-Identifier: Apache-2.0
// modules — one function for each module of the accelerator; accelerator.h calls them in order.
#pragma once

#include "gen/config/accelerator_config.h"
#include "gen/netlist/netlist.h"
#include "sw/codebook/codebook.h"

namespace vqrom::blocks {

// The codebook as a table: one codeword an index, one cycle.
[[nodiscard]] const netlist::Module& add_codebook_rom(netlist::Design& design,
                                                      const config::AcceleratorConfig& config,
                                                      const codebook::Codebook& codebook);
// P codewords a beat to P * d weights, or int8 weights past the ROM.
[[nodiscard]] const netlist::Module& add_decode(netlist::Design& design,
                                                const config::AcceleratorConfig& config,
                                                const netlist::Module& rom);
// Decodes and multiplies: docs/rtl/core.md.
[[nodiscard]] const netlist::Module& add_core(netlist::Design& design,
                                              const config::AcceleratorConfig& config,
                                              const netlist::Module& decode);
// Fetches a program and gives its LOADs, RUNs and STOREs away when their tickets are seen.
[[nodiscard]] const netlist::Module& add_control(netlist::Design& design,
                                                 const config::AcceleratorConfig& config);
// The memory port: instructions and buffers from an AXI4 memory, the output buffer to it.
[[nodiscard]] const netlist::Module& add_dma(netlist::Design& design,
                                             const config::AcceleratorConfig& config);

}  // namespace vqrom::blocks
