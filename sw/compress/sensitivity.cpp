// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/sensitivity.h"

#include <algorithm>
#include <numeric>

#include "sw/base/checked.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/codebook/subset.h"
#include "sw/compress/error_compensation.h"
#include "sw/compress/layer_statistics.h"
#include "sw/compress/layer_view.h"
#include "sw/model/float_evaluator.h"
#include "sw/model/weight_order.h"

namespace vqrom::compress {
namespace {

constexpr std::int64_t kMapBytes = std::int64_t{1} << 30;  // of all samples' maps, kept at once
constexpr std::int64_t kFewestSamples = 16;

std::int64_t samples_that_fit(const model::Model& model, std::int64_t count) {
  std::int64_t bytes = 0;
  for (const model::Node& node : model.nodes) {
    bytes += base::element_count(node.shape) * static_cast<std::int64_t>(sizeof(float));
  }
  return std::min(count, std::max(kFewestSamples, kMapBytes / bytes));
}

class Sensitivity {
 public:
  Sensitivity(const model::Model& model, const codebook::Codebook& codebook, Method method,
              const SampleSource& samples, std::int64_t count)
      : model_(model),
        changed_(model),
        codebook_(codebook),
        method_(method),
        maps_(static_cast<std::size_t>(count)),
        last_(std::holds_alternative<model::Softmax>(node(model.output).op)
                  ? node(model.output).inputs.at(0)
                  : model.output) {
    const model::FloatEvaluator evaluator(model);
    base::Progress progress("running the float network", count);
    base::parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        maps_[at(i)] = evaluator.run_all(samples(i));
        progress.advance();
      }
    });
    variance_ = output_variance();
  }

  LayerSensitivity measure(int layer, const std::vector<int>& widths, base::Progress& progress) {
    LayerSensitivity result{layer, 0, {}};
    const model::Node original = node(layer);
    const LayerView view(changed_.nodes[at(layer)]);
    result.indices = view.channels * view.positions * base::ceil_div(view.in, codebook_.dimension);
    const std::vector<float> real = model::hardware_order_weights(model_, original);
    const std::vector<float> bias = *view.bias;
    std::vector<LayerStatistics> statistics;
    for (std::int64_t group = 0; group < view.groups; ++group) {
      statistics.push_back(statistics_of(original, group));
    }
    for (const int width : widths) {
      replace(original, real, bias, view, statistics, width);
      result.errors.push_back(output_error(layer));
      progress.advance();
    }
    changed_.nodes[at(layer)] = original;
    return result;
  }

 private:
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] const model::Node& node(int index) const { return model_.nodes[at(index)]; }

  // The layer on its float inputs.
  [[nodiscard]] LayerStatistics statistics_of(const model::Node& made, std::int64_t group) const {
    const Moments moments = method_ == Method::kGptvq ? Moments::kAll : Moments::kMeans;
    return gather(std::ssize(maps_), [&](std::int64_t i, LayerStatistics& part) {
      const std::vector<float>& input = maps_[at(i)][at(made.inputs.at(0))];
      add_sample(model_, made, group, input, input, moments, part);
    });
  }

  // Puts what the codewords stand for, and a bias that keeps the mean, into `changed_`.
  void replace(const model::Node& original, std::span<const float> real,
               std::span<const float> bias, const LayerView& view,
               const std::vector<LayerStatistics>& statistics, int width) {
    const codebook::Codebook codewords =
        width >= codebook_.index_bits() ? codebook_ : codebook::codewords_of(codebook_, {width, 0});
    const CodebookAssigner assigner(codewords);
    const std::int64_t channels = view.channels / view.groups;
    const std::int64_t columns = view.positions * view.in;
    const std::vector<double> no_limit(at(channels), 0.0);
    std::vector<float> replaced;
    for (std::int64_t group = 0; group < view.groups; ++group) {
      const LayerStatistics& moments = statistics[at(group)];
      const LayerWeights layer{real.subspan(at(group * channels * columns), at(channels * columns)),
                               channels, view.positions, view.in};
      Assignment assigned;
      if (method_ == Method::kGptvq) {
        CompensatedAssignment found = compensate(layer, moments, codewords, no_limit);
        assigned =
            assigner.take(layer, std::move(found.indices), std::move(found.scales), no_limit);
      } else {
        assigned = assigner.assign(layer, no_limit);
      }
      for (std::int64_t o = 0; o < channels; ++o) {
        double lost = 0.0;
        for (std::int64_t i = 0; i < columns; ++i) {
          const std::size_t tap = at(o * columns + i);
          replaced.push_back(static_cast<float>(assigned.scales[at(o)] * assigned.weights[tap]));
          lost += (layer.values[tap] - replaced.back()) * moments.input_mean[at(i)];
        }
        const std::size_t channel = at(group * channels + o);
        (*view.bias)[channel] = static_cast<float>(bias[channel] + lost);
      }
    }
    *view.weights = model::model_order_weights(model_, original, replaced);
  }

  // Of the outputs, about the mean of each over the samples.
  [[nodiscard]] double output_variance() const {
    const std::size_t outputs = maps_.at(0)[at(last_)].size();
    double sum = 0.0;
    for (std::size_t o = 0; o < outputs; ++o) {
      double mean = 0.0;
      double square = 0.0;
      for (const auto& maps : maps_) {
        const double value = maps[at(last_)][o];
        mean += value / static_cast<double>(maps_.size());
        square += value * value / static_cast<double>(maps_.size());
      }
      sum += square - mean * mean;
    }
    return std::max(sum, 1e-30);
  }

  // The changed network from the layer on; what does not depend on it is taken from the float one.
  [[nodiscard]] double output_error(int layer) const {
    const std::int64_t count = std::min<std::int64_t>(std::ssize(maps_), kRunSamples);
    const model::FloatEvaluator evaluator(changed_);
    std::vector<double> errors(at(count));
    base::parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const auto& real = maps_[at(i)];
        std::vector<std::vector<float>> values(model_.nodes.size());
        std::vector<bool> depends(model_.nodes.size(), false);
        for (int n = layer; n <= last_; ++n) {
          const std::vector<int>& inputs = node(n).inputs;
          depends[at(n)] = n == layer || std::ranges::any_of(
                                             inputs, [&](int input) { return depends[at(input)]; });
          if (!depends[at(n)]) continue;
          for (const int input : inputs) {
            if (!depends[at(input)]) values[at(input)] = real[at(input)];
          }
          values[at(n)] = evaluator.run_node(n, values);
        }
        if (!depends[at(last_)]) continue;
        for (std::size_t o = 0; o < values[at(last_)].size(); ++o) {
          const double difference = double{values[at(last_)][o]} - real[at(last_)][o];
          errors[at(i)] += difference * difference;
        }
      }
    });
    return std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(count) /
           variance_;
  }

  const model::Model& model_;
  model::Model changed_;
  const codebook::Codebook& codebook_;
  Method method_;
  std::vector<std::vector<std::vector<float>>> maps_;  // of each sample, of each node
  int last_;
  double variance_ = 1.0;
};

}  // namespace

std::vector<LayerSensitivity> measure_sensitivity(const model::Model& model,
                                                  const std::vector<int>& layers,
                                                  const codebook::Codebook& codebook,
                                                  const std::vector<int>& widths, Method method,
                                                  const SampleSource& samples, std::int64_t count) {
  Sensitivity sensitivity(model, codebook, method, samples, samples_that_fit(model, count));
  std::vector<LayerSensitivity> all;
  base::Progress progress("measuring index widths", std::ssize(layers) * std::ssize(widths));
  for (const int layer : layers) all.push_back(sensitivity.measure(layer, widths, progress));
  return all;
}

}  // namespace vqrom::compress
