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

// For each layer: a LOAD of 3 rows of 8 words, a SHAPE, two RUNs of 6 pixels and a STORE that wait
// for each other as the layer's data demand; then END.
[[nodiscard]] compiler::Program clamp_program(const Bundle& bundle);

}  // namespace vqrom::sim
