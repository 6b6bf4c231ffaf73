// SPDX-License-Identifier: Apache-2.0
// bundle — a generated accelerator, read from its manifest and verified file by file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "gen/config/manifest.h"
#include "sim/core/cycle_model.h"

namespace vqrom::sim {

struct Bundle {
  std::filesystem::path directory;
  config::AcceleratorConfig config;
  std::string codebook_sha256;
  std::string top;                                // vq_accelerator or vq_core
  std::vector<Port> ports;                        // of the top, without the clock
  std::vector<Port> core_ports;                   // of vq_core, which is in every bundle
  std::vector<std::filesystem::path> sources;     // Verilog, absolute, in compile order
  std::vector<std::filesystem::path> data_files;  // the others: ROM images
};

// Reads manifest.json and checks every file. Errors: as config::read_manifest.
[[nodiscard]] Bundle read_bundle(const std::filesystem::path& directory,
                                 config::FileCheck check = config::FileCheck::kHash);

// Refuses a network or codebook whose hash is not the one in the bundle's ROM. `place` is the file
// that is refused. Errors: codebook.mismatch with both hashes.
void check_bundle_codebook(const Bundle& bundle, const std::string& codebook_sha256,
                           std::string_view place);

}  // namespace vqrom::sim
