// SPDX-License-Identifier: Apache-2.0
// manifest — what a bundle says about itself: configuration, ports, modules, files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "gen/netlist/netlist.h"
#include "sw/base/json.h"
#include "sw/codebook/codebook.h"

namespace vqrom::emit {

// The C header of the instructions, in the bundle of an accelerator.
inline constexpr std::string_view kInstructionHeader = "vq_instructions.h";

// One file of the bundle that is listed in the manifest, in compile order.
struct BundleFile {
  std::string path;  // relative to the bundle
  std::string role;  // leaf, structure, rom, or data (a ROM's image, not Verilog)
  std::string text;
};

// One module with one set of parameters, and how often it is there below the top.
struct ModuleCount {
  std::string name;
  std::string kind;  // leaf, structure, rom
  std::int64_t instances = 0;
  netlist::Values parameters;
};

// Leaves first, each module after those it instantiates. The top counts once.
[[nodiscard]] std::vector<ModuleCount> count_modules(const netlist::Design& design);

// docs/formats/bundle.md.
[[nodiscard]] base::Json manifest_json(const config::AcceleratorConfig& config,
                                       const codebook::Codebook& codebook,
                                       const netlist::Design& design,
                                       const std::vector<BundleFile>& files,
                                       std::string_view generator);

}  // namespace vqrom::emit
