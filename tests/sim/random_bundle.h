// SPDX-License-Identifier: Apache-2.0
// random_bundle — a generated accelerator with a random codebook, in a directory of its own.
#pragma once

#include <filesystem>
#include <string>

#include "sim/core/bundle.h"
#include "sw/codebook/codebook.h"

namespace vqrom::sim {

// Removed with the object.
class RandomBundle {
 public:
  // `name` tells bundles of one test apart.
  RandomBundle(const std::string& name, config::AcceleratorConfig config, int entries,
               int dimension, int element_bits);
  // With a codebook that is there.
  RandomBundle(const std::string& name, config::AcceleratorConfig config,
               codebook::Codebook codebook);
  ~RandomBundle() { std::filesystem::remove_all(directory_); }
  RandomBundle(const RandomBundle&) = delete;
  RandomBundle& operator=(const RandomBundle&) = delete;

  [[nodiscard]] const codebook::Codebook& codebook() const { return codebook_; }
  // Read back from the files.
  [[nodiscard]] const Bundle& bundle() const { return bundle_; }

 private:
  std::filesystem::path directory_;
  codebook::Codebook codebook_;
  Bundle bundle_;
};

}  // namespace vqrom::sim
