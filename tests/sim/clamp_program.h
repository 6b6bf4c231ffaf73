// SPDX-License-Identifier: Apache-2.0
// clamp_program — a network of two clamps and a program for it, written by hand.
#pragma once

#include "sim/core/bundle.h"
#include "sw/compiler/program.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::sim {

// The tiny configuration with vq_accelerator as top; no files.
[[nodiscard]] Bundle clamp_bundle();

// Input of 3 x 4 x 6, "first" to -20 … 20, "second" to -10 … 30.
[[nodiscard]] compress::QuantisedNetwork clamp_network();

// For arrays of 4 rows with 32 bus bits. For each layer: LOADs of 2 rows of 12 words and of 32
// words of parameters, a SHAPE, a RUN of 12 pixels for each channel group, and a STORE of 24 words;
// they wait for each other as the layer's data demand. Then END.
[[nodiscard]] compiler::Program clamp_program(const config::AcceleratorConfig& config);

}  // namespace vqrom::sim
