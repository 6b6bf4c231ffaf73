// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/layers.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::codebook {
namespace {

constexpr std::string_view kFirst = "first";
constexpr std::string_view kLast = "last";

bool has_weights(const model::Node& node) {
  return std::holds_alternative<model::Conv>(node.op) ||
         std::holds_alternative<model::Linear>(node.op);
}

bool contains(std::span<const std::string> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::vector<int> weight_layers(const model::Model& model) {
  std::vector<int> layers;
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    if (has_weights(model.nodes[i])) layers.push_back(i);
  }
  return layers;
}

bool suits_codewords(const model::Node& node, int dimension) {
  const auto* conv = std::get_if<model::Conv>(&node.op);
  if (conv == nullptr) return has_weights(node);
  const std::int64_t channels = conv->in_channels / conv->groups;
  return conv->groups == 1 || (channels > 1 && channels >= dimension);
}

std::vector<int> dense_layers(const model::Model& model, std::span<const std::string> names) {
  const std::vector<int> layers = weight_layers(model);
  std::vector<int> dense;
  for (const int layer : layers) {
    if ((layer == layers.front() && contains(names, kFirst)) ||
        (layer == layers.back() && contains(names, kLast)) ||
        contains(names, model.nodes[layer].name)) {
      dense.push_back(layer);
    }
  }
  return dense;
}

std::vector<int> codebook_layers(const model::Model& model, int dimension,
                                 std::span<const std::string> dense_names) {
  std::vector<int> layers = weight_layers(model);
  const std::vector<int> dense = dense_layers(model, dense_names);
  std::erase_if(layers, [&](int layer) {
    return !suits_codewords(model.nodes[layer], dimension) ||
           std::find(dense.begin(), dense.end(), layer) != dense.end();
  });
  return layers;
}

void check_dense_names(std::span<const std::string> known,
                       std::span<const std::string> dense_names) {
  base::Problems problems;
  for (const std::string& name : dense_names) {
    if (name == kFirst || name == kLast || contains(known, name)) continue;
    problems.add("codebook.dense", "--dense",
                 fmt::format("no layer is called '{}'; must be first, last or one of {}", name,
                             fmt::join(known, ", ")));
  }
  problems.throw_if_any();
}

}  // namespace vqrom::codebook
