// SPDX-License-Identifier: Apache-2.0
// evaluate — the executor over a set of samples: accuracy, speed, and a digest of every code.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sw/base/json.h"
#include "sw/golden/executor.h"
#include "sw/model/accuracy.h"
#include "sw/model/model.h"
#include "sw/model/preprocess.h"

namespace vqrom::golden {

struct Evaluation {
  std::string network;
  std::int64_t samples = 0;
  std::int64_t classes = 0;                // outputs
  double seconds = 0.0;                    // wall time of the integer runs
  std::string digest;                      // SHA-256 of all output codes, sample after sample
  std::vector<std::int64_t> best_classes;  // the first of the largest outputs of each sample
  std::optional<model::Accuracy> integer;  // with labels
  // With the float network:
  std::optional<model::Accuracy> real;   // and labels
  std::optional<double> agreement;       // share of samples whose best class is the same
  std::optional<double> output_mse;      // mean square of integer output - float output,
  std::optional<double> relative_error;  // and that over the mean square of the float output
};

// The shape that SampleSet needs: {1, C, H, W}, or {1, F} for a vector.
[[nodiscard]] base::Shape input_shape(const compress::QuantisedNetwork& network);

// Runs samples 0 … count-1 on all cores; everything but `seconds` is the same for any number of
// them. `labels` may be empty, `real` null. Errors: input.labels (not a class of the network),
// evaluate.network (`real` has another input or output).
[[nodiscard]] Evaluation evaluate(const Executor& executor, const model::SampleSet& samples,
                                  std::int64_t count, std::span<const std::int64_t> labels,
                                  const model::Model* real);

[[nodiscard]] base::Json to_json(const Evaluation& evaluation);
[[nodiscard]] std::string evaluation_text(const Evaluation& evaluation);

}  // namespace vqrom::golden
