// SPDX-License-Identifier: Apache-2.0
// layer_codebooks — a codebook of its own for each layer: what a universal one is compared with.
#pragma once

#include <map>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/model/model.h"

namespace vqrom::compress {

using LayerCodebooks = std::map<int, codebook::Codebook>;  // by node of the model

// Learns each layer's codewords from its own sub-vectors, as codebook::build_codebook does: as many
// as `size` has (at most one a sub-vector), of its dimension and element bits. Errors: those of
// build_codebook.
[[nodiscard]] LayerCodebooks learn_layer_codebooks(const model::Model& model,
                                                   const std::vector<int>& layers,
                                                   const codebook::Codebook& size);

}  // namespace vqrom::compress
