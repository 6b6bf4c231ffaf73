// SPDX-License-Identifier: Apache-2.0
// random_layer — networks of one convolution or linear layer, made from a seed.
#pragma once

#include "sw/base/random.h"
#include "sw/codebook/codebook.h"
#include "sw/compress/quantised_network.h"
#include "sw/golden/executor.h"

namespace vqrom::sim {

struct RandomLayer {
  compress::QuantisedNetwork network;  // node 0 is the input, node 1 the layer
  golden::Codes input;
};

// Any kernel, stride, dilation and padding, groups, depthwise, or a linear layer; up to
// `largest_channels` channels and a map of up to 12 x 12.
[[nodiscard]] RandomLayer random_layer(std::uint64_t seed, const codebook::Codebook& codebook,
                                       compress::WeightStore store, int largest_channels);

// k random codewords.
[[nodiscard]] codebook::Codebook random_codebook(std::uint64_t seed, int entries, int dimension,
                                                 int element_bits);

}  // namespace vqrom::sim
