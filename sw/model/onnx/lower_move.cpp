// SPDX-License-Identifier: Apache-2.0
// lower_move — Concat, Slice and Pad.
#include <algorithm>

#include "sw/model/onnx/lowerings.h"
#include "sw/model/onnx/shape_rules.h"

namespace vqrom::model {
namespace {

constexpr std::int64_t kLargestPad = 1 << 20;

// The view on a node whose shape is the view's base: a map {1, C, H, W}, transposed or not, or a
// vector {1, F}.
View node_view(Builder& builder, const RawNode& node, const View& view) {
  if (view.shape.size() != 2) return builder.map_view(node, view);
  if (view.shape[0] != 1 || !view.is_plain()) {
    fail(node, "onnx.layout",
         fmt::format("has an input of shape {}; must be a map 1xCxHxW or a vector 1xF that was not "
                     "transposed",
                     base::shape_text(view.shape)));
  }
  View vector = view;
  vector.node = builder.with_shape(node, view, view.shape);
  return vector;
}

// Per-axis settings of the tensor as settings of the base.
Shape on_base(const View& view, const Shape& settings) {
  Shape result(settings.size());
  for (std::size_t axis = 0; axis < settings.size(); ++axis) {
    result[view.permutation[axis]] = settings[axis];
  }
  return result;
}

// Binds a new node, whose tensor has the extents `shape` and the transposition of `view`.
void bind_transposed(Builder& builder, const RawNode& node, Op op, std::vector<int> inputs,
                     const View& view, const Shape& shape) {
  View result = builder.add_view(node, std::move(op), std::move(inputs), on_base(view, shape));
  result.permutation = view.permutation;
  result.shape = shape;
  builder.bind(node, transposed(result, identity_permutation(shape.size())));
}

Ints required_setting(const Builder& builder, const RawNode& node, std::string_view name,
                      std::size_t index) {
  const auto values = integers_setting(node, name, builder.constant(node, index));
  if (!values) fail(node, "onnx.attribute", fmt::format("has no {}", name));
  return *values;
}

}  // namespace

void lower_concat(Builder& builder, const RawNode& node) {
  std::vector<int> nodes;
  std::vector<View> views;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    views.push_back(node_view(builder, node, builder.variable(node, i)));
    nodes.push_back(views.back().node);
  }
  if (views.empty()) fail(node, "onnx.graph", "has no input");
  const std::optional<std::int64_t> given = node.integer("axis");
  if (!given) fail(node, "onnx.attribute", "has no axis");
  const View& first = views[0];
  const std::size_t axis = checked_axis(node, *given, first.shape.size());
  Shape shape = first.shape;
  shape[axis] = 0;
  for (const View& view : views) {
    Shape others = view.shape;
    if (others.size() == shape.size()) {
      shape[axis] += others[axis];
      others[axis] = shape[axis];
    }
    if (others != shape) {
      fail(node, "onnx.shape",
           fmt::format("joins {} and {} along axis {}", base::shape_text(first.shape),
                       base::shape_text(view.shape), axis));
    }
    if (view.permutation != first.permutation) {
      fail(node, "onnx.layout",
           "joins differently transposed tensors; the Transpose cannot be folded");
    }
  }
  const auto base_axis = static_cast<std::int64_t>(first.permutation[axis]);
  if (base_axis == 0) fail(node, "onnx.shape", "joins along the batch axis");
  bind_transposed(builder, node, Concat{base_axis}, std::move(nodes), first, shape);
}

void lower_slice(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const SliceRange range =
      slice_range(node, input.shape, required_setting(builder, node, "starts", 1),
                  required_setting(builder, node, "ends", 2),
                  integers_setting(node, "axes", builder.constant(node, 3)),
                  integers_setting(node, "steps", builder.constant(node, 4)));
  const Shape shape = range.shape();
  if (shape == input.shape) return builder.bind(node, input);
  const View view = node_view(builder, node, input);
  bind_transposed(
      builder, node,
      Slice{on_base(view, range.starts), on_base(view, range.ends), on_base(view, range.steps)},
      {view.node}, view, shape);
}

void lower_pad(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const std::size_t rank = input.shape.size();
  if (node.text("mode").value_or("constant") != "constant") {
    fail(node, "onnx.attribute", "mode must be constant");
  }
  const Ints pads = required_setting(builder, node, "pads", 1);
  Ints axes;
  for (std::size_t axis = 0; axis < rank; ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  axes = integers_setting(node, "axes", builder.constant(node, 3)).value_or(axes);
  const bool in_range = std::all_of(
      pads.begin(), pads.end(), [](std::int64_t pad) { return pad >= 0 && pad <= kLargestPad; });
  if (pads.size() != 2 * axes.size() || !in_range) {
    fail(node, "onnx.attribute",
         fmt::format("pads is [{}]; must be {} integers of 0 to {}", fmt::join(pads, ", "),
                     2 * axes.size(), kLargestPad));
  }
  float value = node.real("value").value_or(0.0F);
  if (const Constant* given = builder.constant(node, 2)) {
    const Floats& values = floats_of(node, "its value", given);
    if (values.size() != 1) fail(node, "onnx.shape", "its value must be one number");
    value = values[0];
  }

  Shape before(rank, 0);
  Shape after(rank, 0);
  Shape shape = input.shape;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = checked_axis(node, axes[i], rank);
    before[axis] = pads[i];
    after[axis] = pads[i + axes.size()];
    shape[axis] = input.shape[axis] + before[axis] + after[axis];
  }
  if (shape == input.shape) return builder.bind(node, input);
  const View view = node_view(builder, node, input);
  const Pad pad{on_base(view, before), on_base(view, after), value};
  if (pad.before[0] != 0 || pad.after[0] != 0) fail(node, "onnx.shape", "pads the batch axis");
  bind_transposed(builder, node, pad, {view.node}, view, shape);
}

}  // namespace vqrom::model
