// SPDX-License-Identifier: Apache-2.0
// accuracy — how often the right class is among the best.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "sw/model/model.h"
#include "sw/model/preprocess.h"

namespace vqrom::model {

struct Accuracy {
  std::int64_t samples = 0;
  std::int64_t top1 = 0;  // samples whose label has the largest output
  std::int64_t top5 = 0;  // samples whose label is among the five largest

  [[nodiscard]] double top1_percent() const;
  [[nodiscard]] double top5_percent() const;
  friend bool operator==(const Accuracy&, const Accuracy&) = default;
};

// How many outputs come before `label`: larger ones, and equal ones of a smaller index; all of them
// if its own is not a number.
[[nodiscard]] std::int64_t rank_of(std::span<const float> outputs, std::int64_t label);

// Runs outputs(i) for i = 0 … labels.size()-1 on all cores, shows Progress named `what`, and
// counts. The result does not depend on the number of cores. Error (at `place`): input.labels if a
// label is not an index of the outputs.
[[nodiscard]] Accuracy measure_accuracy(
    std::string_view what, std::span<const std::int64_t> labels, std::string_view place,
    const std::function<std::vector<float>(std::int64_t)>& outputs);

// The float network's accuracy. Error (at `place`): input.labels.
[[nodiscard]] Accuracy float_accuracy(const Model& model, const SampleSet& samples,
                                      std::span<const std::int64_t> labels, std::string_view place);

}  // namespace vqrom::model
