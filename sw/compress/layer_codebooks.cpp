// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/layer_codebooks.h"

#include <algorithm>
#include <string>

#include "sw/base/checked.h"
#include "sw/base/progress.h"
#include "sw/codebook/build.h"
#include "sw/codebook/layers.h"

namespace vqrom::compress {

const codebook::Codebook& codebook_of(const LayerCodebooks& layers, int node,
                                      const codebook::Codebook& whole) {
  const auto found = layers.find(node);
  return found == layers.end() ? whole : found->second.codewords;
}

LayerCodebooks subset_codebooks(const codebook::Codebook& codebook, const LayerSubsets& subsets) {
  LayerCodebooks codebooks;
  for (const auto& [node, subset] : subsets) {
    codebooks.emplace(node, LayerCodebook{codebook::codewords_of(codebook, subset), subset});
  }
  return codebooks;
}

LayerCodebooks learn_layer_codebooks(const model::Model& model, const std::vector<int>& layers,
                                     const codebook::Codebook& size, const LayerSubsets& subsets) {
  LayerCodebooks codebooks;
  base::Progress progress("learning the layers' codebooks", std::ssize(layers));
  for (const int layer : layers) {
    std::vector<std::string> others;
    for (const int other : codebook::weight_layers(model)) {
      if (other != layer) others.push_back(model.nodes[static_cast<std::size_t>(other)].name);
    }
    const std::vector<codebook::NetworkVectors> vectors{
        codebook::cut_network(model, size.dimension, others)};
    codebook::BuildSettings settings;
    settings.dimension = size.dimension;
    settings.element_bits = size.element_bits;
    const auto subset = subsets.find(layer);
    settings.entries = base::checked_cast<int>(std::min<std::int64_t>(
        subset == subsets.end() ? size.entries : subset->second.entries(),
        std::max<std::int64_t>(vectors[0].count(size.dimension), codebook::kSmallestEntries)));
    codebooks.emplace(layer,
                      LayerCodebook{codebook::build_codebook(vectors, settings).codebook, {}});
    progress.advance();
  }
  return codebooks;
}

}  // namespace vqrom::compress
