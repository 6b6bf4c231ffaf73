// SPDX-License-Identifier: Apache-2.0
// lowering — a float Model as a QuantisedNetwork: NHWC, integer weights, biases and factors.
#pragma once

#include <map>
#include <vector>

#include "sw/compress/assign.h"
#include "sw/compress/calibration.h"
#include "sw/compress/layer_codebooks.h"
#include "sw/compress/quantised_network.h"
#include "sw/model/model.h"

namespace vqrom::compress {

struct Lowered {
  QuantisedNetwork network;
  struct Layer {
    double error = 0.0;           // Assignment::error
    bool suits_codewords = true;  // as codebook/layers.h says; if not, it had to stay dense
    // With a codebook of its own: bits of an index, of all indices, and of that codebook.
    int own_bits = 0;
    std::int64_t own_index_bits = 0;
    std::int64_t own_codebook_bits = 0;
  };
  std::vector<Layer> layers;  // of each QConv in order
};

// What training or error compensation chose for a layer, instead of what lowering would.
struct LayerSolution {
  std::vector<std::int32_t> indices;  // codebook layers, as Assignment::indices
  std::vector<double> scales;         // codebook layers, one an output channel
  std::vector<float> weights;         // dense layers: real weights in hardware order
  std::vector<float> bias;            // real, taken as it is; errors of the mean are its maker's
  std::vector<float> targets;         // as CompensatedAssignment::targets, or empty
};
using LayerSolutions = std::map<int, LayerSolution>;  // by node of the model

// In how many bits a layer's biases and factors are kept: all of them, or 16 each.
enum class Parameters { kFull, kShort };

// Lowers every node; a Softmax at the end is left to the host. Layers in `codebook_layers` (indices
// of model.nodes) take indices of the codebook, all others are dense. Biases make up for the mean
// error of a channel: b + sum (w - w') * mean of the input channel. Layers in `solutions` take what
// stands there; those in `layers` take codewords of that codebook: of the subset if it is one, else
// they are stored dense.
// Errors: compress.operator (what integers on maps cannot express: a node and why),
// compress.overflow, model.order.
[[nodiscard]] Lowered lower(const model::Model& model, const Calibration& calibration,
                            const std::vector<int>& codebook_layers,
                            const codebook::Codebook& codebook,
                            const LayerSolutions& solutions = {},
                            Parameters parameters = Parameters::kFull,
                            const LayerCodebooks& layers = {});

// A scale of a layer's weights below which a bias would need more than 28 bits, or the factor would
// vanish; by output channel.
[[nodiscard]] std::vector<double> smallest_scales(std::span<const float> bias,
                                                  const Quantisation& in, const Quantisation& out);

}  // namespace vqrom::compress
