// SPDX-License-Identifier: Apache-2.0
#include "sw/model/accuracy.h"

#include <atomic>
#include <cmath>

#include "sw/base/error.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/model/float_evaluator.h"

namespace vqrom::model {
namespace {

double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Accuracy::top1_percent() const {
  return percent(top1, samples);
}
double Accuracy::top5_percent() const {
  return percent(top5, samples);
}

std::int64_t rank_of(std::span<const float> outputs, std::int64_t label) {
  const float score = outputs[static_cast<std::size_t>(label)];
  if (std::isnan(score)) return std::ssize(outputs);
  std::int64_t rank = 0;
  for (std::int64_t i = 0; i < std::ssize(outputs); ++i) {
    const float other = outputs[static_cast<std::size_t>(i)];
    if (other > score || (other == score && i < label)) ++rank;
  }
  return rank;
}

Accuracy measure_accuracy(std::string_view what, std::span<const std::int64_t> labels,
                          std::string_view place,
                          const std::function<std::vector<float>(std::int64_t)>& outputs) {
  base::Progress progress(std::string(what), std::ssize(labels));
  std::atomic<std::int64_t> top1 = 0;
  std::atomic<std::int64_t> top5 = 0;
  base::parallel_for(std::ssize(labels), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::vector<float> scores = outputs(i);
      const std::int64_t label = labels[static_cast<std::size_t>(i)];
      if (label < 0 || label >= std::ssize(scores)) {
        throw base::UserError(
            "input.labels", std::string(place),
            fmt::format("label {} is {}; the network has {} outputs", i, label, scores.size()));
      }
      const std::int64_t rank = rank_of(scores, label);
      if (rank < 1) ++top1;
      if (rank < 5) ++top5;
      progress.advance();
    }
  });
  return {std::ssize(labels), top1, top5};
}

Accuracy float_accuracy(const Model& model, const SampleSet& samples,
                        std::span<const std::int64_t> labels, std::string_view place) {
  const FloatEvaluator evaluator(model);
  return measure_accuracy("Running " + model.name, labels, place,
                          [&](std::int64_t i) { return evaluator.run(samples.sample(i)); });
}

}  // namespace vqrom::model
