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
  const auto add = [&](std::string_view image, std::string_view macro) {
    for (const std::filesystem::path& file : bundle.data_files) {
      if (file.filename() != std::filesystem::path(image).filename()) continue;
      design.data_files.emplace_back(macro, file);
    }
  };
  if (!bundle.config.is_banked()) {
    add(blocks::kRomImage, blocks::kRomImageMacro);
    return design;
  }
  for (int bank = 0; bank < bundle.config.codebook.banks; ++bank) {
    add(blocks::bank_image(bank), blocks::bank_image_macro(bank));
  }
  return design;
}

}  // namespace vqrom::sim
