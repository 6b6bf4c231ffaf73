// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/random_bundle.h"

#include "gen/emit/bundle.h"
#include "tests/sim/random_layer.h"

namespace vqrom::sim {

RandomBundle::RandomBundle(const std::string& name, config::AcceleratorConfig config, int entries,
                           int dimension, int element_bits)
    : RandomBundle(name, std::move(config), random_codebook(7, entries, dimension, element_bits)) {}

RandomBundle::RandomBundle(const std::string& name, config::AcceleratorConfig config,
                           codebook::Codebook codebook)
    : codebook_(std::move(codebook)) {
  config::bind_codebook(config, codebook_, name);
  emit::write_bundle(emit::make_bundle(config, codebook_), directory_.path());
  bundle_ = read_bundle(directory_.path());
}

}  // namespace vqrom::sim
