// SPDX-License-Identifier: Apache-2.0
// nested — codewords in an order whose beginnings are good codebooks themselves (subset.h).
#pragma once

#include <span>
#include <vector>

#include "sw/codebook/build.h"
#include "sw/codebook/lloyd.h"

namespace vqrom::codebook {

// Grows a codebook level by level: `smallest` of the drawn codewords are refined, then twice as
// many with the first half fixed, and so on to all. Every level is Lloyd's with what stands before
// it. iterations of `settings` counts where `given`, else each level takes its
// default_iterations(). `errors` of the result holds those of all levels.
[[nodiscard]] Refinement refine_nested(std::span<const float> samples, int dimension,
                                       const std::vector<float>& drawn, std::int64_t smallest,
                                       bool given, LloydSettings settings);

// How many codewords stand fixed while the last level grows; 0 if there is only one level.
[[nodiscard]] std::int64_t fixed_before_last(std::int64_t smallest, std::int64_t entries);

// What the first 2^index_bits codewords leave.
struct SubsetErrors {
  int index_bits = 0;
  std::vector<double> errors;  // squared error a weight, by network
};
// Squared error a weight that a codebook leaves on each network's samples [n][d].
[[nodiscard]] std::vector<double> errors_of(std::span<const std::vector<float>> samples,
                                            const Codebook& codebook);
// Of each width from `smallest` to the codebook's own, on each network's samples [n][d].
[[nodiscard]] std::vector<SubsetErrors> subset_errors(const Codebook& codebook, int smallest,
                                                      std::span<const std::vector<float>> samples);

}  // namespace vqrom::codebook
