// SPDX-License-Identifier: Apache-2.0
// calibration — what values the tensors of a float network take on real samples.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sw/compress/histogram.h"
#include "sw/model/model.h"

namespace vqrom::compress {

// The float input of sample i, in the model's order (SampleSet::sample).
using SampleSource = std::function<std::vector<float>(std::int64_t)>;

struct Calibration {
  std::int64_t samples = 0;
  std::vector<Histogram> histograms;               // by node
  std::vector<std::vector<double>> channel_means;  // by node: mean of each channel, model order
};

// Runs samples 0 … count-1 through the float evaluator, on all cores; the result does not depend
// on how many there are. Errors: compress.calibration (a value that is not finite).
[[nodiscard]] Calibration calibrate(const model::Model& model, const SampleSource& samples,
                                    std::int64_t count);

}  // namespace vqrom::compress
