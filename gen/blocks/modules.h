// SPDX-License-Identifier: Apache-2.0
// modules — one function for each module of the accelerator; accelerator.h calls them in order.
#pragma once

#include "gen/config/accelerator_config.h"
#include "gen/netlist/netlist.h"
#include "sw/codebook/codebook.h"

namespace vqrom::blocks {

// The codebook's ROM, one cycle: one codeword an index, or the levels of a structured codebook.
[[nodiscard]] const netlist::Module& add_codebook_rom(netlist::Design& design,
                                                      const config::AcceleratorConfig& config,
                                                      const codebook::Codebook& codebook);
// One read port: index to codeword in one cycle. Of a table it is the ROM; of a structured codebook
// a module around it that adds the index's signs.
[[nodiscard]] const netlist::Module& add_codebook_port(netlist::Design& design,
                                                       const config::AcceleratorConfig& config,
                                                       const netlist::Module& rom);
// P codewords a beat to P * d weights, or int8 weights past the codebook.
[[nodiscard]] const netlist::Module& add_decode(netlist::Design& design,
                                                const config::AcceleratorConfig& config,
                                                const netlist::Module& codebook_port);
// Everything: the module that a user instantiates.
[[nodiscard]] const netlist::Module& add_core(netlist::Design& design,
                                              const config::AcceleratorConfig& config,
                                              const netlist::Module& decode);

}  // namespace vqrom::blocks
