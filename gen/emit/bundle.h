// SPDX-License-Identifier: Apache-2.0
// bundle — a complete accelerator as files: Verilog, ROM, constraints, manifest, page.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "gen/emit/manifest.h"

namespace vqrom::emit {

struct Bundle {
  std::vector<BundleFile> files;                            // those in the manifest
  std::vector<std::pair<std::string, std::string>> others;  // path and text
  base::Json manifest;
};

// Everything that `vqrom generate` writes, from a configuration bound to its codebook. Equal inputs
// give equal bytes. Errors: drc.*.
[[nodiscard]] Bundle make_bundle(const config::AcceleratorConfig& config,
                                 const codebook::Codebook& codebook);

// Writes all of it or nothing; replaces an earlier bundle. Errors: file.write, file.not_ours.
void write_bundle(const Bundle& bundle, const std::filesystem::path& directory);

}  // namespace vqrom::emit
