// SPDX-License-Identifier: Apache-2.0
// layerwise — one layer after the other, each fitted to its float outputs behind quantised layers.
#pragma once

#include <vector>

#include "sw/compress/calibration.h"
#include "sw/compress/lowering.h"
#include "sw/compress/quantised_network.h"
#include "sw/model/model.h"

namespace vqrom::compress {

// Runs samples 0 … count-1 through the float network and through the quantised one as far as it is
// made, keeping every tensor that is still read (the float's as float32, the other as codes).
// Codebook layers get their codewords by compensate() (those in `layers` from that codebook), dense
// ones as assign_dense; every bias makes up for the mean that its layer's outputs would lose. Needs
// no labels and no gradients. The result does not depend on the number of cores. Errors: those of
// calibrate() and model.order.
[[nodiscard]] LayerSolutions solve_layerwise(const model::Model& model,
                                             const std::vector<Quantisation>& quantisations,
                                             const std::vector<int>& codebook_layers,
                                             const codebook::Codebook& codebook,
                                             const SampleSource& samples, std::int64_t count,
                                             const LayerCodebooks& layers = {});

}  // namespace vqrom::compress
