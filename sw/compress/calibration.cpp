// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/calibration.h"

#include <mutex>

#include "sw/base/error.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/model/float_evaluator.h"

namespace vqrom::compress {
namespace {

// Means over the pixels of one sample's map, or the values themselves of a vector.
std::vector<double> means_of(const model::Node& node, const std::vector<float>& values) {
  const auto channels = static_cast<std::size_t>(node.shape[1]);
  const std::size_t pixels = values.size() / channels;
  std::vector<double> means(channels);
  for (std::size_t i = 0; i < values.size(); ++i) means[i / pixels] += values[i];
  for (double& mean : means) mean /= static_cast<double>(pixels);
  return means;
}

}  // namespace

Calibration calibrate(const model::Model& model, const SampleSource& samples, std::int64_t count) {
  const std::size_t nodes = model.nodes.size();
  Calibration calibration;
  calibration.samples = count;
  calibration.histograms.resize(nodes);
  calibration.channel_means.resize(nodes);
  // Sums of floating-point numbers depend on their order: each sample's means are kept apart.
  std::vector<std::vector<std::vector<double>>> means(static_cast<std::size_t>(count));
  const model::FloatEvaluator evaluator(model);
  base::Progress progress("calibrating", count);
  std::mutex mutex;
  base::parallel_for(count, 8, [&](std::int64_t begin, std::int64_t end) {
    std::vector<Histogram> part(nodes);
    for (std::int64_t sample = begin; sample < end; ++sample) {
      const std::vector<std::vector<float>> maps = evaluator.run_all(samples(sample));
      for (std::size_t i = 0; i < nodes; ++i) {
        if (!part[i].add(maps[i])) {
          throw base::UserError("compress.calibration", model.name,
                                fmt::format("node '{}' gives values that are not finite on "
                                            "calibration sample {}",
                                            model.nodes[i].name, sample));
        }
        means[static_cast<std::size_t>(sample)].push_back(means_of(model.nodes[i], maps[i]));
      }
      progress.advance();
    }
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < nodes; ++i) calibration.histograms[i].merge(part[i]);
  });
  for (std::size_t i = 0; i < nodes; ++i) {
    std::vector<double>& sum = calibration.channel_means[i];
    for (const auto& sample : means) {
      sum.resize(sample[i].size());
      for (std::size_t c = 0; c < sum.size(); ++c) {
        sum[c] += sample[i][c] / static_cast<double>(count);
      }
    }
  }
  return calibration;
}

}  // namespace vqrom::compress
