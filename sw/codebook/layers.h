// SPDX-License-Identifier: Apache-2.0
// layers — which layers of a network are expressed in codewords, and which stay dense.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::codebook {

// Conv and Linear nodes, as indices of model.nodes in topological order.
[[nodiscard]] std::vector<int> weight_layers(const model::Model& model);

// Whether codewords of `dimension` consecutive input channels suit the node: false for operators
// without weights, for depthwise convolutions, and for groups of fewer channels than that.
[[nodiscard]] bool suits_codewords(const model::Node& node, int dimension);

// The layers that stay dense because the user said so. A name is "first" or "last" (weight layer
// of a network), or that of a node.
[[nodiscard]] std::vector<int> dense_layers(const model::Model& model,
                                            std::span<const std::string> names);

// The weight layers that suit codewords and are not named dense.
[[nodiscard]] std::vector<int> codebook_layers(const model::Model& model, int dimension,
                                               std::span<const std::string> dense_names);

// `known` holds the names of the weight layers of all networks given.
// Errors: codebook.dense (a name that is none of them).
void check_dense_names(std::span<const std::string> known,
                       std::span<const std::string> dense_names);

}  // namespace vqrom::codebook
