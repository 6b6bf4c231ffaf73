// SPDX-License-Identifier: Apache-2.0
#include "sim/core/bundle.h"

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

std::vector<Port> ports_of(const std::vector<config::ManifestPort>& listed) {
  std::vector<Port> ports;
  for (const config::ManifestPort& port : listed) {
    ports.push_back({port.name, port.input ? Direction::kInput : Direction::kOutput, port.width});
  }
  return ports;
}

}  // namespace

Bundle read_bundle(const std::filesystem::path& directory, config::FileCheck check) {
  const config::Manifest manifest = config::read_manifest(directory, check);
  Bundle bundle;
  bundle.directory = manifest.directory;
  bundle.config = manifest.config;
  bundle.codebook_sha256 = manifest.codebook_sha256;
  bundle.top = manifest.top;
  bundle.ports = ports_of(manifest.ports);
  bundle.core_ports = ports_of(manifest.core_ports);
  for (const config::ManifestFile& file : manifest.files) {
    (file.role == config::FileRole::kData ? bundle.data_files : bundle.sources)
        .push_back(file.path);
  }
  return bundle;
}

void check_bundle_codebook(const Bundle& bundle, const std::string& codebook_sha256,
                           std::string_view place) {
  if (codebook_sha256 == bundle.codebook_sha256) return;
  throw base::UserError(
      "codebook.mismatch", std::string(place),
      fmt::format("needs the codebook {}; the ROM of {} holds {}", codebook_sha256,
                  bundle.directory.string(), bundle.codebook_sha256));
}

}  // namespace vqrom::sim
