// SPDX-License-Identifier: Apache-2.0
// small_bundle — a bundle by hand: a 2 x 2 array, an accumulator and a codebook of 16 words.
#pragma once

#include <filesystem>
#include <string>

#include "gen/config/accelerator_config.h"
#include "sw/base/json.h"

namespace vqrom::synth {

// Random codewords of the size given; element_scale and provenance are not set.
[[nodiscard]] codebook::Codebook random_codebook(int entries, int dimension, int element_bits);

// The case table as `vqrom generate` emits it.
[[nodiscard]] std::string rom_text(const codebook::Codebook& codebook);

struct SmallBundle {
  std::filesystem::path directory;
  base::Json manifest;

  // Writes manifest.json after a change to `manifest`.
  void write_manifest() const;
  // Adds or replaces a file and its hash; call write_manifest() afterwards.
  void put(const std::string& name, const std::string& role, const std::string& text);
  // Takes another codebook, in the ROM and in the manifest.
  void set_codebook(const codebook::Codebook& codebook);
};

// `directory` must exist.
SmallBundle make_small_bundle(const std::filesystem::path& directory);

}  // namespace vqrom::synth
