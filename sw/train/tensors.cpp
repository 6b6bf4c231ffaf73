// SPDX-License-Identifier: Apache-2.0
#include "sw/train/tensors.h"

#include <numeric>

#include "sw/base/error.h"
#include "sw/model/weight_order.h"

namespace vqrom::train {

LayerGeometry geometry_of(const model::Model& model, int node) {
  const model::Node& made = model.nodes[static_cast<std::size_t>(node)];
  LayerGeometry geometry;
  if (const auto* conv = std::get_if<model::Conv>(&made.op)) {
    geometry.shape = {conv->out_channels, conv->window.kernel[0], conv->window.kernel[1],
                      conv->in_channels / conv->groups};
    geometry.bias = conv->bias;
    return geometry;
  }
  const auto* linear = std::get_if<model::Linear>(&made.op);
  VQROM_CHECK(linear != nullptr, "node '{}' has no weights", made.name);
  geometry.shape = {linear->out_features, 1, 1, linear->in_features};
  geometry.bias = linear->bias;
  geometry.linear = true;
  const model::Node& input = model.nodes[static_cast<std::size_t>(made.inputs.at(0))];
  std::vector<std::int64_t> columns(static_cast<std::size_t>(linear->in_features));
  std::iota(columns.begin(), columns.end(), 0);
  if (input.shape.size() != 4) {
    const std::vector<std::int64_t> order = model::hardware_order(model, input);
    for (std::size_t hardware = 0; hardware < order.size(); ++hardware) {
      columns[static_cast<std::size_t>(order[hardware])] = static_cast<std::int64_t>(hardware);
    }
  }
  geometry.columns = copy_of(columns, {-1});
  return geometry;
}

}  // namespace vqrom::train
