// SPDX-License-Identifier: Apache-2.0
// builder_fuse — per-channel factors and activations join the node that they follow.
#include <algorithm>

#include "sw/model/onnx/builder.h"

namespace vqrom::model {
namespace {

// Multiplies output channel c by scale[c] and adds shift[c]; T is Conv or Linear.
template <typename T>
void scale_outputs(T& op, const std::vector<double>& scale, const std::vector<double>& shift) {
  const std::size_t row = op.weights.size() / op.bias.size();
  for (std::size_t c = 0; c < op.bias.size(); ++c) {
    for (std::size_t i = c * row; i < (c + 1) * row; ++i) {
      op.weights[i] = static_cast<float>(op.weights[i] * scale[c]);
    }
    op.bias[c] = static_cast<float>(op.bias[c] * scale[c] + shift[c]);
  }
}

Conv depthwise(const std::vector<double>& scale, const std::vector<double>& shift) {
  Conv conv;
  conv.out_channels = std::ssize(scale);
  conv.in_channels = conv.out_channels;
  conv.groups = conv.out_channels;
  conv.weights.assign(scale.size(), 1.0F);
  conv.bias.assign(scale.size(), 0.0F);
  scale_outputs(conv, scale, shift);
  return conv;
}

Activation* activation_of(Op& op) {
  if (auto* conv = std::get_if<Conv>(&op)) return &conv->activation;
  if (auto* linear = std::get_if<Linear>(&op)) return &linear->activation;
  if (auto* add = std::get_if<Add>(&op)) return &add->activation;
  if (auto* clamp = std::get_if<Clamp>(&op)) return &clamp->activation;
  return nullptr;
}

}  // namespace

View Builder::scale_channels(const RawNode& node, const View& view, std::size_t axis,
                             const std::vector<double>& scale, const std::vector<double>& shift) {
  const auto channels = std::ssize(scale);
  const bool whole = view.is_plain() && base::element_count(view.shape) == channels;
  const bool map = (view.is_transpose() && view.base.size() == 4 && view.base[0] == 1 &&
                    view.permutation[axis] == 1) ||
                   (view.is_channel_last() && axis + 1 == view.shape.size());
  if (!whole && !map) {
    fail(node, "onnx.layout",
         fmt::format("has a constant for each position on axis {} of {}, which are not the "
                     "channels of a map or the features of a vector",
                     axis, base::shape_text(view.shape)));
  }
  Node& producer = at(view.node);
  const bool channel_is_row = whole || producer.shape == view.base;
  if (view.exclusive && channel_is_row) {
    auto* conv = std::get_if<Conv>(&producer.op);
    if (conv != nullptr && conv->activation == Activation{} && conv->out_channels == channels) {
      scale_outputs(*conv, scale, shift);
      return view;
    }
    auto* linear = std::get_if<Linear>(&producer.op);
    if (linear != nullptr && linear->activation == Activation{} && whole) {
      scale_outputs(*linear, scale, shift);
      return view;
    }
  }
  const Shape shape = map ? view.base : Shape{1, channels, 1, 1};
  const int input = with_shape(node, view, shape);
  charge(node, 2 * channels);
  View result = view;
  result.node = add(node, depthwise(scale, shift), {input}, shape);
  result.exclusive = true;
  return result;
}

View Builder::clamp(const RawNode& node, const View& view, const Activation& activation) {
  if (activation == Activation{}) return view;
  Activation* earlier = view.exclusive ? activation_of(at(view.node).op) : nullptr;
  if (earlier != nullptr) {
    earlier->low = std::clamp(earlier->low, activation.low, activation.high);
    earlier->high = std::clamp(earlier->high, activation.low, activation.high);
    return view;
  }
  View result = view;
  result.node = add(node, Clamp{activation}, {view.node}, at(view.node).shape);
  result.exclusive = true;
  return result;
}

View Builder::add_curve(const RawNode& node, const View& view, const Curve& curve) {
  View result = view;
  result.node = add(node, curve, {view.node}, at(view.node).shape);
  result.exclusive = true;
  return result;
}

}  // namespace vqrom::model
