// SPDX-License-Identifier: Apache-2.0
// lowering — a float Model as a QuantisedNetwork: NHWC, integer weights, biases and factors.
#pragma once

#include <vector>

#include "sw/compress/assign.h"
#include "sw/compress/calibration.h"
#include "sw/compress/quantised_network.h"
#include "sw/model/model.h"

namespace vqrom::compress {

struct Lowered {
  QuantisedNetwork network;
  struct Layer {
    double error = 0.0;           // Assignment::error
    bool suits_codewords = true;  // as codebook/layers.h says; if not, it had to stay dense
  };
  std::vector<Layer> layers;  // of each QConv in order
};

// Lowers every node; a Softmax at the end is left to the host. Layers in `codebook_layers` (indices
// of model.nodes) take indices of the codebook, all others are dense. Biases make up for the mean
// error of a channel: b + sum (w - w') * mean of the input channel.
// Errors: compress.operator (what integers on maps cannot express: a node and why),
// compress.overflow, model.order.
[[nodiscard]] Lowered lower(const model::Model& model, const Calibration& calibration,
                            const std::vector<int>& codebook_layers,
                            const codebook::Codebook& codebook);

}  // namespace vqrom::compress
