// SPDX-License-Identifier: Apache-2.0
#include "sw/train/student.h"

#include <algorithm>
#include <cmath>

#include "sw/codebook/layers.h"

namespace vqrom::train {

using torch::Tensor;

namespace {

constexpr double kCodesOfABias = 32.0;  // an eighth of a map's range, near its standard deviation

// Dense weights move relative to their root mean square, biases to the grid of the layer's outputs.
void set_units(std::vector<Parameter>& parameters, const compress::Quantisation& output) {
  for (Parameter& parameter : parameters) {
    if (parameter.kind == ParameterKind::kWeights) {
      parameter.unit = parameter.value.detach().square().mean().sqrt().item<double>();
    }
    if (parameter.kind == ParameterKind::kBiases) parameter.unit = kCodesOfABias * output.scale;
  }
}

}  // namespace

Student::Student(const model::Model& model,
                 const std::vector<compress::Quantisation>& quantisations,
                 const std::vector<int>& coded_layers, const codebook::Codebook& codebook,
                 const CandidateSettings& settings, const compress::LayerSolutions& start,
                 const compress::LayerCodebooks& layers)
    : graph_(model, quantisations) {
  for (const int node : codebook::weight_layers(model)) {
    const auto found = start.find(node);
    const compress::LayerSolution* given = found == start.end() ? nullptr : &found->second;
    if (std::ranges::find(coded_layers, node) != coded_layers.end()) {
      coded_.try_emplace(node, model, node, compress::codebook_of(layers, node, codebook), settings,
                         given);
    } else {
      dense_.try_emplace(node, model, node, given);
    }
  }
  for (auto& [node, layer] : coded_) {
    set_units(layer.parameters(), quantisations[static_cast<std::size_t>(node)]);
  }
  for (auto& [node, layer] : dense_) {
    set_units(layer.parameters(), quantisations[static_cast<std::size_t>(node)]);
  }
}

std::vector<Tensor> Student::run(const Tensor& batch, const std::vector<int>& wanted) {
  const LayerSource layers = [this](int node) {
    const auto found = coded_.find(node);
    return found != coded_.end() ? found->second.tensors() : dense_.at(node).tensors();
  };
  return graph_.run(batch, layers, wanted);
}

std::vector<Tensor> Student::run_hard(const Tensor& batch, const std::vector<int>& wanted) const {
  const torch::NoGradGuard no_grad;
  const LayerSource layers = [this](int node) {
    const auto found = coded_.find(node);
    return found != coded_.end() ? found->second.hard_tensors() : dense_.at(node).tensors();
  };
  return graph_.run(batch, layers, wanted);
}

std::int64_t Student::sub_vectors() const {
  std::int64_t sum = 0;
  for (const auto& [node, layer] : coded_) sum += layer.sub_vectors();
  return sum;
}

Tensor Student::undecided() const {
  Tensor sum = torch::zeros({});
  const auto all = static_cast<double>(sub_vectors());
  for (const auto& [node, layer] : coded_) {
    sum = sum + layer.undecided() * (static_cast<double>(layer.sub_vectors()) / all);
  }
  return sum;
}

void Student::freeze(double share, double ratio) {
  if (coded_.empty()) return;
  std::vector<Tensor> parts;
  for (const auto& [node, layer] : coded_) parts.push_back(layer.confidence());
  const Tensor confidence = torch::cat(parts);
  const std::int64_t all = confidence.numel();
  const auto wanted =
      std::clamp<std::int64_t>(std::llround(share * static_cast<double>(all)), 0, all);
  double threshold = ratio;
  if (wanted > 0) {
    const Tensor least = std::get<0>(confidence.kthvalue(all - wanted + 1));
    threshold = std::min(threshold, least.item<double>());
  }
  for (auto& [node, layer] : coded_) layer.freeze(threshold);
}

double Student::frozen_share() const {
  std::int64_t frozen = 0;
  for (const auto& [node, layer] : coded_) frozen += layer.frozen();
  return coded_.empty() ? 1.0 : static_cast<double>(frozen) / static_cast<double>(sub_vectors());
}

std::vector<Parameter*> Student::parameters() {
  std::map<int, std::vector<Parameter>*> by_node;
  for (auto& [node, layer] : coded_) by_node[node] = &layer.parameters();
  for (auto& [node, layer] : dense_) by_node[node] = &layer.parameters();
  std::vector<Parameter*> all;
  for (auto& [node, parameters] : by_node) {
    for (Parameter& parameter : *parameters) all.push_back(&parameter);
  }
  return all;
}

compress::LayerSolutions Student::solutions() const {
  compress::LayerSolutions solutions;
  for (const auto& [node, layer] : coded_) solutions[node] = layer.solution();
  for (const auto& [node, layer] : dense_) solutions[node] = layer.solution();
  return solutions;
}

}  // namespace vqrom::train
