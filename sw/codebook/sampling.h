// SPDX-License-Identifier: Apache-2.0
// sampling — normalised sub-vectors of networks, equally many from each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sw/base/random.h"
#include "sw/model/model.h"

namespace vqrom::codebook {

// All sub-vectors of one network, and what they were cut from.
struct NetworkVectors {
  std::string network;
  std::vector<std::string> weight_layers;  // Conv and Linear nodes
  int layers = 0;                          // how many of them gave sub-vectors
  std::int64_t weights = 0;                // of those layers
  std::vector<float> vectors;              // [n][d]; every output channel has RMS 1
  std::vector<std::int64_t> layer_counts;  // sub-vectors of each of the layers, in order

  [[nodiscard]] std::int64_t count(int dimension) const {
    return static_cast<std::int64_t>(vectors.size()) / dimension;
  }
};

// Divides each output channel by its RMS (a channel of zeros is skipped) and cuts it into groups
// of `dimension` consecutive input channels at one kernel position, in hardware order; a group
// that the channels do not fill is skipped. Errors: codebook.weights (not finite), model.order.
[[nodiscard]] NetworkVectors cut_network(const model::Model& model, int dimension,
                                         std::span<const std::string> dense_names);

// `count` of the sub-vectors [n][d], n > 0: every one count / n times (rounded down), the rest
// drawn without replacement; order kept. So networks of any size weigh the same (VQ4ALL), and no
// sub-vector is left out where all can be taken.
[[nodiscard]] std::vector<float> sample_vectors(std::span<const float> vectors, int dimension,
                                                std::int64_t count, base::Random& random);

}  // namespace vqrom::codebook
