// SPDX-License-Identifier: Apache-2.0
// summary — what compression cost and gained, layer by layer: for people and for the report.
#pragma once

#include <string>

#include "sw/base/json.h"
#include "sw/compress/lowering.h"

namespace vqrom::compress {

// Bytes of the network in float32, and of a bias, multiplier and shift in the file.
[[nodiscard]] std::int64_t float_bytes(std::int64_t weights, std::int64_t biases);
[[nodiscard]] std::int64_t channel_bytes(Parameters parameters);

// The keys are documented in docs/formats/vqnet.md. Bytes of indices are counted as packed in the
// file, a layer at a time.
[[nodiscard]] base::Json summarise(const Lowered& lowered, const codebook::Codebook& codebook,
                                   std::int64_t calibration_samples);

// The summary as a table of at most 100 columns.
[[nodiscard]] std::string summary_text(const base::Json& summary);

}  // namespace vqrom::compress
