// SPDX-License-Identifier: Apache-2.0
// error_compensation — codewords one after the other, each making up for the errors before it.
#pragma once

#include <vector>

#include "sw/compress/assign.h"
#include "sw/compress/layer_statistics.h"

namespace vqrom::compress {

struct CompensatedAssignment {
  std::vector<std::int32_t> indices;  // [channels][positions][ceil(in / d)]
  std::vector<double> scales;         // [channels]
  // The weights that the codewords stand for once the errors before them are made up, in the order
  // of LayerWeights::values.
  std::vector<float> targets;
  double output_error = 0.0;  // mean square of what the channels' outputs lose
};

// GPTVQ (van Baalen et al. 2024, after GPTQ and Optimal Brain Surgeon): d columns at a time take
// the codeword of least output error with all later columns free, (e U^-1)^2 with U the Cholesky
// factor of the inverse covariance; the later columns take up what was lost. Columns of larger
// variance come first. Four rounds, each at the scales that are best for the codewords of the
// one before; a channel keeps its best. Channels of the layer are those of one group.
[[nodiscard]] CompensatedAssignment compensate(const LayerWeights& layer,
                                               const LayerStatistics& statistics,
                                               const codebook::Codebook& codebook,
                                               std::span<const double> smallest_scales);

// Mean square, over channels, of the centred output error of `weights` (real, hardware order)
// against those of the layer on the float network's input.
[[nodiscard]] double output_error(const LayerWeights& layer, const LayerStatistics& statistics,
                                  std::span<const float> weights);

}  // namespace vqrom::compress
