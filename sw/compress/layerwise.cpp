// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/layerwise.h"

#include <algorithm>
#include <cmath>

#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/compress/error_compensation.h"
#include "sw/compress/layer_statistics.h"
#include "sw/compress/layer_view.h"
#include "sw/compress/quantisation.h"
#include "sw/model/float_evaluator.h"
#include "sw/model/weight_order.h"

namespace vqrom::compress {
namespace {

using Codes = std::vector<std::int8_t>;

std::vector<float> real_values(const Codes& codes, const Quantisation& grid) {
  std::vector<float> values;
  values.reserve(codes.size());
  for (const std::int8_t code : codes) {
    values.push_back(static_cast<float>(grid.scale * (code - grid.zero_point)));
  }
  return values;
}

Codes codes_of(const std::vector<float>& values, const Quantisation& grid, const CodeRange& range) {
  Codes codes;
  codes.reserve(values.size());
  for (const float value : values) {
    const double code = std::nearbyint(value / grid.scale) + grid.zero_point;
    codes.push_back(static_cast<std::int8_t>(
        std::clamp(code, static_cast<double>(range.low), static_cast<double>(range.high))));
  }
  return codes;
}

// Where the codes of a node's activation end; the rest of the graph only moves codes or rounds.
CodeRange range_of(const model::Op& op, const Quantisation& grid) {
  const model::Activation* activation = nullptr;
  if (const auto* conv = std::get_if<model::Conv>(&op)) activation = &conv->activation;
  if (const auto* linear = std::get_if<model::Linear>(&op)) activation = &linear->activation;
  if (const auto* add = std::get_if<model::Add>(&op)) activation = &add->activation;
  if (const auto* clamp = std::get_if<model::Clamp>(&op)) activation = &clamp->activation;
  return activation == nullptr ? CodeRange{} : code_range(*activation, grid);
}

// What one sample's tensors are at the nodes that are still read.
struct Maps {
  std::vector<std::vector<float>> real;
  std::vector<Codes> codes;
};

class Layerwise {
 public:
  Layerwise(const model::Model& model, const std::vector<Quantisation>& quantisations,
            const std::vector<int>& codebook_layers, const codebook::Codebook& codebook,
            std::int64_t count, const LayerCodebooks& layers)
      : model_(model),
        quantised_(model),
        quantisations_(quantisations),
        codebook_layers_(codebook_layers),
        codebook_(codebook),
        layers_(layers),
        maps_(static_cast<std::size_t>(count)),
        last_reader_(model.nodes.size(), -1) {
    for (int i = 0; i < std::ssize(model.nodes); ++i) {
      for (const int input : model.nodes[at(i)].inputs) last_reader_[at(input)] = i;
    }
    for (Maps& maps : maps_) {
      maps.real.resize(model.nodes.size());
      maps.codes.resize(model.nodes.size());
    }
  }

  LayerSolutions run(const SampleSource& samples) {
    base::Progress progress("compensating errors", std::ssize(model_.nodes));
    for (int node = 0; node < std::ssize(model_.nodes); ++node) {
      const model::Op& op = model_.nodes[at(node)].op;
      if (std::holds_alternative<model::Softmax>(op)) break;  // runs on the host
      if (std::holds_alternative<model::Conv>(op) || std::holds_alternative<model::Linear>(op)) {
        solve(node);
      }
      advance(node, samples);
      progress.advance();
    }
    return std::move(solutions_);
  }

 private:
  static std::size_t at(int node) { return static_cast<std::size_t>(node); }

  // All samples through one node, both networks; inputs that nothing reads any more are freed.
  void advance(int node, const SampleSource& samples) {
    const model::FloatEvaluator real(model_);
    const model::FloatEvaluator quantised(quantised_);
    const std::vector<int>& inputs = model_.nodes[at(node)].inputs;
    const Quantisation& grid = quantisations_[at(node)];
    const CodeRange range = range_of(model_.nodes[at(node)].op, grid);
    base::parallel_for(std::ssize(maps_), 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        Maps& maps = maps_[static_cast<std::size_t>(i)];
        if (node == model_.input) {
          maps.real[at(node)] = samples(i);
          maps.codes[at(node)] = codes_of(maps.real[at(node)], grid, range);
          continue;
        }
        std::vector<std::vector<float>> values(model_.nodes.size());
        for (const int input : inputs) {
          values[at(input)] = real_values(maps.codes[at(input)], quantisations_[at(input)]);
        }
        maps.codes[at(node)] = codes_of(quantised.run_node(node, values), grid, range);
        maps.real[at(node)] = real.run_node(node, maps.real);
        for (const int input : inputs) {
          if (last_reader_[at(input)] != node) continue;
          maps.real[at(input)] = {};
          maps.codes[at(input)] = {};
        }
      }
    });
  }

  [[nodiscard]] LayerStatistics statistics(int node, std::int64_t group, Moments moments) const {
    const model::Node& made = model_.nodes[at(node)];
    const auto input = at(made.inputs.at(0));
    return gather(std::ssize(maps_), [&](std::int64_t i, LayerStatistics& part) {
      const Maps& maps = maps_[static_cast<std::size_t>(i)];
      add_sample(model_, made, group, maps.real[input],
                 real_values(maps.codes[input], quantisations_[input]), moments, part);
    });
  }

  void solve(int node) {
    const bool coded = std::ranges::find(codebook_layers_, node) != codebook_layers_.end();
    const model::Node& made = model_.nodes[at(node)];
    const LayerView view(quantised_.nodes[at(node)]);
    const std::vector<float> real = model::hardware_order_weights(model_, made);
    const std::vector<double> smallest = smallest_scales(
        *view.bias, quantisations_[at(made.inputs.at(0))], quantisations_[at(node)]);
    const std::int64_t group_channels = view.channels / view.groups;
    std::vector<float> replaced;
    LayerSolution solution;
    for (std::int64_t group = 0; group < view.groups; ++group) {
      const auto first = static_cast<std::size_t>(group * group_channels);
      const auto per_channel = static_cast<std::size_t>(view.positions * view.in);
      const LayerWeights layer{
          std::span(real).subspan(first * per_channel,
                                  static_cast<std::size_t>(group_channels) * per_channel),
          group_channels, view.positions, view.in};
      const auto smallest_here =
          std::span(smallest).subspan(first, static_cast<std::size_t>(group_channels));
      const LayerStatistics moments =
          statistics(node, group, coded ? Moments::kAll : Moments::kMeans);
      const Assignment assigned =
          coded ? assign(layer, moments, smallest_here, codebook_of(layers_, node, codebook_),
                         solution.targets)
                : assign_dense(layer, smallest_here);
      solution.indices.insert(solution.indices.end(), assigned.indices.begin(),
                              assigned.indices.end());
      if (coded) {
        solution.scales.insert(solution.scales.end(), assigned.scales.begin(),
                               assigned.scales.end());
      }
      for (std::size_t o = 0; o < static_cast<std::size_t>(group_channels); ++o) {
        double lost = 0.0;
        for (std::size_t i = 0; i < per_channel; ++i) {
          const std::size_t tap = o * per_channel + i;
          const auto value = static_cast<float>(assigned.scales[o] * assigned.weights[tap]);
          lost += layer.values[tap] * moments.real_mean[i] - value * moments.input_mean[i];
          replaced.push_back(value);
        }
        solution.bias.push_back(static_cast<float>((*view.bias)[first + o] + lost));
      }
    }
    if (!coded) solution.weights = real;
    *view.weights = model::model_order_weights(model_, made, replaced);
    *view.bias = solution.bias;
    solutions_[node] = std::move(solution);
  }

  [[nodiscard]] Assignment assign(const LayerWeights& layer, const LayerStatistics& moments,
                                  std::span<const double> smallest,
                                  const codebook::Codebook& codebook,
                                  std::vector<float>& targets) const {
    CompensatedAssignment found = compensate(layer, moments, codebook, smallest);
    targets.insert(targets.end(), found.targets.begin(), found.targets.end());
    return CodebookAssigner(codebook).take(layer, std::move(found.indices), std::move(found.scales),
                                           smallest);
  }

  const model::Model& model_;
  model::Model quantised_;  // with the real values of what the solved layers became
  const std::vector<Quantisation>& quantisations_;
  const std::vector<int>& codebook_layers_;
  const codebook::Codebook& codebook_;
  const LayerCodebooks& layers_;
  std::vector<Maps> maps_;  // by sample
  std::vector<int> last_reader_;
  LayerSolutions solutions_;
};

}  // namespace

LayerSolutions solve_layerwise(const model::Model& model,
                               const std::vector<Quantisation>& quantisations,
                               const std::vector<int>& codebook_layers,
                               const codebook::Codebook& codebook, const SampleSource& samples,
                               std::int64_t count, const LayerCodebooks& layers) {
  return Layerwise(model, quantisations, codebook_layers, codebook, count, layers).run(samples);
}

}  // namespace vqrom::compress
