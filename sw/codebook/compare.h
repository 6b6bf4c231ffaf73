// SPDX-License-Identifier: Apache-2.0
// compare — constructions of a codebook side by side, with what theory and other ways give.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sw/base/json.h"
#include "sw/codebook/build.h"

namespace vqrom::codebook {

struct ComparisonRow {
  std::string way;
  std::int64_t rom_bits = 0;   // of one codebook, or of all codebooks of all layers
  std::vector<double> errors;  // squared error a weight, by network
};

// At the settings' entries and dimension, on each network's samples: drawn from the density, Lloyd,
// sign_split and lattice (structure.h, where the sizes can have them), a codebook for every
// layer by k-means (elements of element_bits; a layer of fewer sub-vectors than entries stores
// itself), and scalar quantisation with Lloyd-Max levels. With `nested` each beginning of 2^w
// codewords of one nested codebook follows, beside a codebook of that size alone. Errors: those of
// build_codebook.
[[nodiscard]] std::vector<ComparisonRow> compare(std::span<const NetworkVectors> networks,
                                                 const BuildSettings& settings);

// A table of at most 100 columns for up to six networks; Shannon's bound and Lloyd-Max below.
[[nodiscard]] std::string comparison_text(std::span<const NetworkVectors> networks,
                                          const BuildSettings& settings,
                                          std::span<const ComparisonRow> rows);

}  // namespace vqrom::codebook
