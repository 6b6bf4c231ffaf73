// SPDX-License-Identifier: Apache-2.0
// manifest — a generated bundle's manifest.json, read strictly, every listed file verified.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/base/json.h"

namespace vqrom::config {

inline constexpr std::string_view kBundleFormat = "vqrom-bundle-1";
inline constexpr std::string_view kCoreModule = "vq_core";  // in every bundle

enum class FileRole { kLeaf, kStructure, kRom, kData };  // data: a ROM's image, not Verilog

struct ManifestFile {
  std::filesystem::path path;  // absolute
  FileRole role = FileRole::kLeaf;
};

struct ManifestPort {
  std::string name;
  bool input = false;
  int width = 0;
};

struct Manifest {
  std::filesystem::path directory;  // absolute
  AcceleratorConfig config;         // codebook keys bound
  std::string codebook_sha256;
  std::string top;
  std::vector<ManifestPort> ports;       // of the top, without the clock
  std::vector<ManifestPort> core_ports;  // of vq_core, which may be the top
  std::vector<ManifestFile> files;       // in compile order
  base::Json json;                       // the whole document
};

// Whether the files that a manifest lists are read and their hashes compared; who does not need
// them may leave it.
enum class FileCheck { kHash, kNone };

// Reads directory/manifest.json (docs/formats/bundle.md) and checks every file.
// Errors: file.*, json.syntax, bundle.manifest (a key missing or wrong), bundle.format (another
// format), bundle.file (a file is missing or was changed), config.*.
[[nodiscard]] Manifest read_manifest(const std::filesystem::path& directory,
                                     FileCheck check = FileCheck::kHash);

}  // namespace vqrom::config
