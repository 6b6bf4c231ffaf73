// SPDX-License-Identifier: Apache-2.0
#include "sw/model/weight_order.h"

#include <algorithm>
#include <numeric>

#include "sw/base/error.h"

namespace vqrom::model {
namespace {

using Order = std::vector<std::int64_t>;

Order identity(std::int64_t count) {
  Order order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order map_order(const Shape& shape) {
  const std::int64_t channels = shape[1];
  const std::int64_t pixels = shape[2] * shape[3];
  Order order;
  order.reserve(static_cast<std::size_t>(channels * pixels));
  for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      order.push_back(channel * pixels + pixel);
    }
  }
  return order;
}

Order concatenated(const std::vector<Order>& parts) {
  Order order;
  for (const Order& part : parts) {
    const auto offset = static_cast<std::int64_t>(order.size());
    for (const std::int64_t i : part) order.push_back(offset + i);
  }
  return order;
}

}  // namespace

std::vector<std::int64_t> hardware_order(const Model& model, const Node& node) {
  if (node.shape.size() == 4) return map_order(node.shape);
  const std::int64_t count = base::element_count(node.shape);
  if (std::holds_alternative<Input>(node.op) || std::holds_alternative<Linear>(node.op)) {
    return identity(count);
  }
  std::vector<Order> inputs;
  for (const int input : node.inputs) {
    inputs.push_back(hardware_order(model, model.nodes[static_cast<std::size_t>(input)]));
  }
  VQROM_CHECK(!inputs.empty(), "node '{}' has no input", node.name);
  if (std::holds_alternative<Concat>(node.op)) return concatenated(inputs);
  const bool one_order = std::all_of(inputs.begin(), inputs.end(),
                                     [&](const Order& order) { return order == inputs[0]; });
  const bool picks = std::holds_alternative<Slice>(node.op) || std::holds_alternative<Pad>(node.op);
  if (picks && inputs[0] == identity(std::ssize(inputs[0]))) return identity(count);
  if (picks || !one_order) {
    throw base::UserError(
        "model.order", model.name,
        fmt::format("node '{}' mixes features that were flattened from maps of different shapes; "
                    "this is not supported",
                    node.name));
  }
  return inputs[0];
}

namespace {

// Element i of a layer's weights in hardware order is element order[i] of its `weights`.
Order weight_order(const Model& model, const Node& node) {
  Order ordered;
  if (const auto* conv = std::get_if<Conv>(&node.op)) {
    const std::int64_t in = conv->in_channels / conv->groups;
    const std::int64_t pixels = conv->window.kernel[0] * conv->window.kernel[1];
    ordered.reserve(conv->weights.size());
    for (std::int64_t out = 0; out < conv->out_channels; ++out) {
      for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        for (std::int64_t i = 0; i < in; ++i) ordered.push_back((out * in + i) * pixels + pixel);
      }
    }
    return ordered;
  }
  const auto* linear = std::get_if<Linear>(&node.op);
  VQROM_CHECK(linear != nullptr, "node '{}' has no weights", node.name);
  const Node& input = model.nodes[static_cast<std::size_t>(node.inputs.at(0))];
  const Order order =
      input.shape.size() == 4 ? identity(linear->in_features) : hardware_order(model, input);
  VQROM_CHECK(std::ssize(order) == linear->in_features, "node '{}': {} columns for {} features",
              node.name, linear->in_features, order.size());
  ordered.reserve(linear->weights.size());
  for (std::int64_t out = 0; out < linear->out_features; ++out) {
    for (const std::int64_t column : order) ordered.push_back(out * linear->in_features + column);
  }
  return ordered;
}

const std::vector<float>& weights_of(const Node& node) {
  const auto* conv = std::get_if<Conv>(&node.op);
  return conv != nullptr ? conv->weights : std::get<Linear>(node.op).weights;
}

}  // namespace

std::vector<float> hardware_order_weights(const Model& model, const Node& node) {
  std::vector<float> hardware;
  for (const std::int64_t from : weight_order(model, node)) {
    hardware.push_back(weights_of(node)[static_cast<std::size_t>(from)]);
  }
  return hardware;
}

std::vector<float> model_order_weights(const Model& model, const Node& node,
                                       const std::vector<float>& hardware) {
  const Order order = weight_order(model, node);
  VQROM_CHECK(order.size() == hardware.size(), "{} weights for {}", hardware.size(), order.size());
  std::vector<float> weights(hardware.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    weights[static_cast<std::size_t>(order[i])] = hardware[i];
  }
  return weights;
}

}  // namespace vqrom::model
