// SPDX-License-Identifier: Apache-2.0
// lloyd — moves codewords to the centroids of their cells (Lloyd 1957; Linde, Buzo, Gray 1980).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sw/codebook/rounding.h"

namespace vqrom::codebook {

// Squared error a weight of the samples [n][d] against the codewords [k][d] of their indices [n].
// The same for any number of threads.
[[nodiscard]] double mean_squared_error(std::span<const float> samples,
                                        std::span<const float> codewords, int dimension,
                                        std::span<const std::int32_t> indices);

struct LloydSettings {
  int iterations = 0;
  // Codewords are kept on this grid: a centroid goes to its nearest point, which is the best one
  // for its cell, so that rounding is part of what is optimised.
  std::optional<ElementGrid> grid;
  std::int64_t fixed = 0;           // so many codewords, the first, stay where they are
  double least_improvement = 1e-4;  // stops when an iteration gains less than this, relatively
  std::string what = "refining codewords";  // for the progress display
};

struct Refinement {
  std::vector<float> codewords;  // [k][d]
  std::vector<double> members;   // [k]: samples of each cell when last assigned; 1 if never
  std::vector<double> errors;    // squared error a weight at the start of each iteration
};

// A codeword without samples is placed anew: the cell of largest error is split along its widest
// dimension and the codeword takes one half. The error never rises from iteration to iteration.
// Shows progress; may be interrupted.
[[nodiscard]] Refinement refine(std::span<const float> samples, int dimension,
                                std::vector<float> codewords, const LloydSettings& settings);

}  // namespace vqrom::codebook
