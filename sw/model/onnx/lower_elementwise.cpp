// SPDX-License-Identifier: Apache-2.0
// lower_elementwise — Add, activation functions, Softmax, and operators that change nothing.
#include <cmath>
#include <limits>

#include "sw/model/onnx/lowerings.h"
#include "sw/model/onnx/shape_rules.h"

namespace vqrom::model {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The axis of `shape` that a broadcast constant varies over; nothing if it is one number.
std::optional<std::size_t> varying_axis(const RawNode& node, const Shape& shape,
                                        const Shape& constant) {
  const auto refuse = [&] {
    fail(node, "onnx.shape",
         fmt::format("adds a constant of shape {} to {}; must vary over one axis only",
                     base::shape_text(constant), base::shape_text(shape)));
  };
  std::optional<std::size_t> axis;
  for (std::size_t i = 0; i < constant.size(); ++i) {  // aligned at the last axis
    if (constant[i] == 1) continue;
    const std::size_t at = shape.size() + i - constant.size();
    if (axis || shape.size() + i < constant.size() || shape[at] != constant[i]) refuse();
    axis = at;
  }
  return axis;
}

void add_constant(Builder& builder, const RawNode& node, const View& input,
                  const Constant& constant) {
  const Floats& values = floats_of(node, "its constant", &constant);
  if (input.shape.empty()) fail(node, "onnx.shape", "adds a constant to a tensor without axes");
  const std::optional<std::size_t> varying = varying_axis(node, input.shape, constant.shape);
  std::size_t axis = varying.value_or(0);
  if (!varying && input.is_channel_last())
    axis = input.shape.size() - 1;
  else if (!varying) {  // one number: the same for each channel
    for (std::size_t a = 0; a < input.shape.size() && a < input.permutation.size(); ++a) {
      if (input.permutation[a] == 1) axis = a;
    }
  }
  const auto channels = static_cast<std::size_t>(input.shape.at(axis));
  std::vector<double> shift(channels, values.at(0));
  if (varying) shift.assign(values.begin(), values.end());
  builder.bind(
      node, builder.scale_channels(node, input, axis, std::vector<double>(channels, 1.0), shift));
}

// min or max of a Clip: an attribute before operator set 11, then an input.
float bound(const Builder& builder, const RawNode& node, std::string_view name, std::size_t index,
            float fallback) {
  float value = node.real(name).value_or(fallback);
  if (const Constant* input = builder.constant(node, index)) {
    const Floats& values = floats_of(node, name, input);
    if (values.size() != 1) fail(node, "onnx.shape", fmt::format("{} must be one number", name));
    value = values[0];
  }
  if (std::isnan(value)) fail(node, "onnx.attribute", fmt::format("{} is not a number", name));
  // The default of the older form is the largest float.
  if (std::abs(value) == std::numeric_limits<float>::max()) return std::copysign(kInfinity, value);
  return value;
}

// A parameter of an activation function.
float parameter(const RawNode& node, std::string_view name, float fallback) {
  const float value = node.real(name).value_or(fallback);
  if (std::isfinite(value)) return value;
  fail(node, "onnx.attribute", fmt::format("{} is {}; must be a finite number", name, value));
}

void bind_curve(Builder& builder, const RawNode& node, const Curve& curve) {
  builder.bind(node, builder.add_curve(node, builder.variable(node, 0), curve));
}

// The curve x * gate(x), if `gate` is a gate of just that x.
std::optional<Curve> gated(const Builder& builder, const View& x, const View& gate) {
  const Node& made = builder.at(gate.node);
  const auto* curve = std::get_if<Curve>(&made.op);
  const bool same = curve != nullptr && made.inputs[0] == x.node && gate.base == x.base &&
                    gate.permutation == x.permutation && gate.shape == x.shape;
  if (!same) return std::nullopt;
  if (curve->kind == CurveKind::kSigmoid) return Curve{CurveKind::kSilu};
  if (curve->kind != CurveKind::kHardSigmoid) return std::nullopt;
  return Curve{CurveKind::kHardSwish, curve->alpha, curve->beta};
}

}  // namespace

void lower_add(Builder& builder, const RawNode& node) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (!builder.is_constant(node, i)) continue;
    return add_constant(builder, node, builder.variable(node, 1 - i), *builder.constant(node, i));
  }
  const View& a = builder.variable(node, 0);
  const View& b = builder.variable(node, 1);
  if (a.shape != b.shape) {
    fail(node, "onnx.shape",
         fmt::format("adds {} and {}; the shapes must be equal", base::shape_text(a.shape),
                     base::shape_text(b.shape)));
  }
  const bool one_order =
      (a.is_plain() && b.is_plain()) || (a.base == b.base && a.permutation == b.permutation);
  if (!one_order) {
    fail(node, "onnx.layout",
         "adds differently transposed tensors; the Transpose cannot be folded");
  }
  const Shape& shape_a = builder.at(a.node).shape;
  const Shape& shape_b = builder.at(b.node).shape;
  const Shape shape = shape_a.size() >= shape_b.size() ? shape_a : shape_b;
  const int left = builder.with_shape(node, a, shape);
  const int right = builder.with_shape(node, b, shape);
  View result = a;
  result.node = builder.add(node, Add{}, {left, right}, shape);
  result.exclusive = true;
  builder.bind(node, result);
}

void lower_relu(Builder& builder, const RawNode& node) {
  builder.bind(node, builder.clamp(node, builder.variable(node, 0), {0.0F, kInfinity}));
}

void lower_clip(Builder& builder, const RawNode& node) {
  const Activation activation{bound(builder, node, "min", 1, -kInfinity),
                              bound(builder, node, "max", 2, kInfinity)};
  if (activation.low > activation.high) {
    fail(node, "onnx.attribute",
         fmt::format("min is {} and max is {}; min must be the smaller", activation.low,
                     activation.high));
  }
  builder.bind(node, builder.clamp(node, builder.variable(node, 0), activation));
}

void lower_sigmoid(Builder& builder, const RawNode& node) {
  bind_curve(builder, node, {CurveKind::kSigmoid});
}

void lower_tanh(Builder& builder, const RawNode& node) {
  bind_curve(builder, node, {CurveKind::kTanh});
}

void lower_leaky_relu(Builder& builder, const RawNode& node) {
  bind_curve(builder, node, {CurveKind::kLeakyRelu, parameter(node, "alpha", 0.01F)});
}

void lower_elu(Builder& builder, const RawNode& node) {
  bind_curve(builder, node, {CurveKind::kElu, parameter(node, "alpha", 1.0F)});
}

void lower_hard_sigmoid(Builder& builder, const RawNode& node) {
  bind_curve(
      builder, node,
      {CurveKind::kHardSigmoid, parameter(node, "alpha", 0.2F), parameter(node, "beta", 0.5F)});
}

void lower_hard_swish(Builder& builder, const RawNode& node) {
  bind_curve(builder, node, {CurveKind::kHardSwish, 1.0F / 6.0F, 0.5F});
}

void lower_mul(Builder& builder, const RawNode& node) {
  if (!builder.is_constant(node, 0) && !builder.is_constant(node, 1)) {
    for (std::size_t x = 0; x < 2; ++x) {
      const View& input = builder.variable(node, x);
      const std::optional<Curve> curve = gated(builder, input, builder.variable(node, 1 - x));
      if (curve) return builder.bind(node, builder.add_curve(node, input, *curve));
    }
  }
  fail(node, "onnx.operator",
       "is supported only on constants, as in computed shapes, and as x * Sigmoid(x) or "
       "x * HardSigmoid(x)");
}

void lower_softmax(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const bool flattens = builder.opset() < 13;  // all axes from `axis` on count as one
  const std::size_t axis =
      checked_axis(node, node.integer("axis").value_or(flattens ? 1 : -1), input.shape.size());
  std::int64_t together = input.shape[axis];
  for (std::size_t a = axis + 1; flattens && a < input.shape.size(); ++a) {
    together *= input.shape[a];
  }
  const std::int64_t count = base::element_count(input.shape);
  if (together != count) {
    fail(node, "onnx.shape",
         fmt::format("takes the softmax of {} elements of {}; must be of all", together,
                     base::shape_text(input.shape)));
  }
  View result = input;
  const int vector = builder.with_shape(node, input, {1, count});
  result.node = builder.add(node, Softmax{}, {vector}, {1, count});
  builder.bind(node, result);
}

void lower_identity(Builder& builder, const RawNode& node) {
  builder.bind(node, builder.variable(node, 0));
}

void lower_cast(Builder& builder, const RawNode& node) {
  // ONNX data types: 1 float, 10 float16, 11 double, 16 bfloat16.
  const std::int64_t to = node.integer("to").value_or(1);
  if (to != 1 && to != 10 && to != 11 && to != 16) {
    fail(node, "onnx.attribute",
         fmt::format("casts to the ONNX data type {}; must be a floating-point type", to));
  }
  lower_identity(builder, node);
}

}  // namespace vqrom::model
