// SPDX-License-Identifier: Apache-2.0
// accelerator — the netlist of vq_accelerator, or of vq_core alone, from a configuration and its
// codebook.
//
// docs/rtl/accelerator.md and docs/rtl/core.md describe what is built here and how the parts work
// together.
#pragma once

#include "gen/config/accelerator_config.h"
#include "gen/netlist/netlist.h"
#include "sw/codebook/codebook.h"

namespace vqrom::blocks {

// A ROM's image, relative to the bundle, and the macro that names another file.
inline constexpr std::string_view kRomImage = "rtl/codebook.hex";
inline constexpr std::string_view kRomImageMacro = "VQROM_CODEBOOK_HEX";
// The same of one bank.
[[nodiscard]] std::string bank_image(int bank);        // "rtl/codebook_bank0.hex"
[[nodiscard]] std::string bank_image_macro(int bank);  // "VQROM_CODEBOOK_BANK0_HEX"

// vq_codebook_rom or its banks (not where programs load the codebook), vq_codebook_port (structured
// codebooks only), vq_decode and vq_core, the top; or these and what is around vq_core, with
// vq_accelerator as the top (config.top). The configuration must be bound to the codebook. Errors:
// drc.* (all of them at once).
[[nodiscard]] netlist::Design build_accelerator(const config::AcceleratorConfig& config,
                                                const codebook::Codebook& codebook);

// Cycles from an issue to the array's sums: A of docs/rtl/core.md.
[[nodiscard]] int array_latency(const config::AcceleratorConfig& config);
// Cycles from the last issue of a block to the first of its codes at the output, when nothing
// else is being drained.
[[nodiscard]] int pipeline_latency(const config::AcceleratorConfig& config);

}  // namespace vqrom::blocks
