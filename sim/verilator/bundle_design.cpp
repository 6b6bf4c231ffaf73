// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator/bundle_design.h"

#include "gen/blocks/accelerator.h"
#include "gen/config/manifest.h"

namespace vqrom::sim {

VerilogDesign bundle_design(const Bundle& bundle) {
  return bundle_design(bundle, bundle.top);
}

VerilogDesign core_design(const Bundle& bundle) {
  return bundle_design(bundle, std::string(config::kCoreModule));
}

VerilogDesign bundle_design(const Bundle& bundle, const std::string& module) {
  VerilogDesign design{.top = module, .sources = bundle.sources};
  for (const std::filesystem::path& file : bundle.data_files) {
    design.data_files.emplace_back(blocks::kRomImageMacro, file);
  }
  return design;
}

}  // namespace vqrom::sim
