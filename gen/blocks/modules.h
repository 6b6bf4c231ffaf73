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
// The same table in banks: bank b has the codewords whose index is b in its low bits.
[[nodiscard]] std::vector<const netlist::Module*> add_codebook_banks(
    netlist::Design& design, const config::AcceleratorConfig& config,
    const codebook::Codebook& codebook);
// One read port: index to codeword in one cycle. Of a table it is the ROM; of a structured codebook
// a module around it that adds the index's signs.
[[nodiscard]] const netlist::Module& add_codebook_port(netlist::Design& design,
                                                       const config::AcceleratorConfig& config,
                                                       const netlist::Module& rom);
// What add_decode makes the store of: what each read port has a copy of, or the banks, or nothing
// where programs load the codebook.
[[nodiscard]] std::vector<const netlist::Module*> add_codebook(
    netlist::Design& design, const config::AcceleratorConfig& config,
    const codebook::Codebook& codebook);
// P codewords a beat to P * d weights, or int8 weights past the codebook. `roms` is what
// add_codebook gives; without any the store is written through ports.
[[nodiscard]] const netlist::Module& add_decode(netlist::Design& design,
                                                const config::AcceleratorConfig& config,
                                                const std::vector<const netlist::Module*>& roms);
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
// Window sums, window maxima and adds of R channels.
[[nodiscard]] const netlist::Module& add_vector(netlist::Design& design,
                                                const config::AcceleratorConfig& config);
// Carries out RUNs between the buffers: the core, the vector unit (which it adds) and walkers.
[[nodiscard]] const netlist::Module& add_compute(netlist::Design& design,
                                                 const config::AcceleratorConfig& config,
                                                 const netlist::Module& core);

// What vq_accelerator consists of, besides registers, counters and buffers.
struct TopParts {
  const netlist::Module& control;
  const netlist::Module& dma;
  const netlist::Module& compute;
};
// Everything: runs programs from memory. docs/rtl/accelerator.md.
[[nodiscard]] const netlist::Module& add_top(netlist::Design& design,
                                             const config::AcceleratorConfig& config,
                                             const codebook::Codebook& codebook,
                                             const TopParts& parts);

}  // namespace vqrom::blocks
