// SPDX-License-Identifier: Apache-2.0
// layer_codebooks — the codewords of layers that do not take those of the whole codebook.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/codebook/subset.h"
#include "sw/model/model.h"

namespace vqrom::compress {

using LayerSubsets = std::map<int, codebook::Subset>;  // by node of the model

struct LayerCodebook {
  codebook::Codebook codewords;  // indices of the layer count from its first
  // The part of the network's codebook that they are; without it they are the layer's own, for
  // comparison.
  std::optional<codebook::Subset> subset;
};
using LayerCodebooks = std::map<int, LayerCodebook>;  // by node; others take the whole codebook

// What the layer's indices count in: `whole` if the layer is not in `layers`.
[[nodiscard]] const codebook::Codebook& codebook_of(const LayerCodebooks& layers, int node,
                                                    const codebook::Codebook& whole);

// Reads the values of --index-bits: W or W@BASE for all of `layers`, NAME=W or NAME=W@BASE for the
// node of that name, which goes before. A layer that takes all of the codebook's index bits takes
// the whole codebook and is not in the result. `layers` are those that take indices.
// Errors: compress.index_bits (not such a value, no such layer, a layer named twice, what
// codebook::subset_problem says).
[[nodiscard]] LayerSubsets read_index_bits(const std::vector<std::string>& values,
                                           const model::Model& model,
                                           const std::vector<int>& layers,
                                           const codebook::Codebook& codebook);

// The codewords of each subset.
[[nodiscard]] LayerCodebooks subset_codebooks(const codebook::Codebook& codebook,
                                              const LayerSubsets& subsets);

// Learns each layer's codewords from its own sub-vectors, as codebook::build_codebook does: as many
// as its subset or else `size` has (at most one a sub-vector), of its dimension and element bits.
// Errors: those of build_codebook.
[[nodiscard]] LayerCodebooks learn_layer_codebooks(const model::Model& model,
                                                   const std::vector<int>& layers,
                                                   const codebook::Codebook& size,
                                                   const LayerSubsets& subsets = {});

}  // namespace vqrom::compress
