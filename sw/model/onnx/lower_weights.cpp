// SPDX-License-Identifier: Apache-2.0
// lower_weights — Conv, Gemm, MatMul and BatchNormalization.
#include <algorithm>
#include <cmath>

#include "sw/model/onnx/lowerings.h"
#include "sw/model/onnx/window_rules.h"

namespace vqrom::model {
namespace {

Floats bias_or_zeros(const Builder& builder, const RawNode& node, std::size_t index,
                     std::int64_t count) {
  const Constant* bias = builder.constant(node, index);
  if (bias == nullptr) return Floats(static_cast<std::size_t>(count), 0.0F);
  const Floats& values = floats_of(node, "its bias", bias);
  if (std::ssize(values) != count) {
    fail(node, "onnx.shape",
         fmt::format("its bias has {} elements; must have {}", values.size(), count));
  }
  return values;
}

// A Pad with zeros of height and width that only this convolution reads becomes its padding. The
// result is the tensor before the Pad.
View absorb_pad(Builder& builder, const View& map, Window& window) {
  const Node& producer = builder.at(map.node);
  const auto* pad = std::get_if<Pad>(&producer.op);
  const bool absorbs = pad != nullptr && map.exclusive && pad->value == 0.0F &&
                       pad->before.size() == 4 && pad->before[1] == 0 && pad->after[1] == 0;
  if (!absorbs) return map;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    window.pads[axis] += pad->before[axis + 2];
    window.pads[axis + 2] += pad->after[axis + 2];
  }
  const int source = producer.inputs[0];
  return View::plain(source, builder.at(source).shape);
}

// A two-axis weight as [out][in], whichever way round the file has it.
enum class WeightOrder { kOutIn, kInOut };
struct Matrix {
  std::int64_t out = 0;
  std::int64_t in = 0;
  Floats values;
};
Matrix matrix_of(Builder& builder, const RawNode& node, WeightOrder order) {
  const Constant* weights = builder.constant(node, 1);
  const Floats& values = floats_of(node, "its weight", weights);
  if (weights->shape.size() != 2) {
    fail(node, "onnx.shape",
         fmt::format("its weight has shape {}; must have two axes",
                     base::shape_text(weights->shape)));
  }
  builder.charge(node, weights->count());
  if (order == WeightOrder::kOutIn) return {weights->shape[0], weights->shape[1], values};
  Matrix matrix{weights->shape[1], weights->shape[0], {}};
  for (const std::int64_t i : transposed_indices(weights->shape, {1, 0})) {
    matrix.values.push_back(values[static_cast<std::size_t>(i)]);
  }
  return matrix;
}

void check_features(const RawNode& node, const View& input, const Matrix& weights) {
  if (input.shape.empty() || input.shape.back() != weights.in) {
    fail(node, "onnx.shape",
         fmt::format("has an input of shape {} and a weight for {} features",
                     base::shape_text(input.shape), weights.in));
  }
}

// The input must be one vector: all extents but the last are 1.
void bind_linear(Builder& builder, const RawNode& node, const View& input, Matrix weights,
                 Floats bias) {
  check_features(node, input, weights);
  if (base::element_count(input.shape) != weights.in) {
    fail(node, "onnx.shape",
         fmt::format("has an input of shape {}; must be a vector 1x{}, or a map whose channels "
                     "are the last axis",
                     base::shape_text(input.shape), weights.in));
  }
  Linear linear;
  linear.out_features = weights.out;
  linear.in_features = weights.in;
  linear.bias = std::move(bias);
  linear.weights = std::move(weights.values);
  if (!input.is_plain()) {  // a flattened transpose: the columns move instead
    const std::vector<std::int64_t> order = element_order(input);
    const Floats columns = linear.weights;
    for (std::int64_t row = 0; row < weights.out; ++row) {
      for (std::int64_t i = 0; i < weights.in; ++i) {
        linear.weights[static_cast<std::size_t>(row * weights.in +
                                                order[static_cast<std::size_t>(i)])] =
            columns[static_cast<std::size_t>(row * weights.in + i)];
      }
    }
  }
  const int vector = builder.with_shape(node, input, {1, weights.in});
  const View output = builder.add_view(node, std::move(linear), {vector}, {1, weights.out});
  Shape shape = input.shape;
  shape.back() = weights.out;
  builder.bind(node, reshaped(output, shape, ""));
}

// A MatMul over the channels of a channel-last map, or of each token, is a 1x1 convolution.
void bind_pointwise(Builder& builder, const RawNode& node, const View& input, Matrix weights) {
  check_features(node, input, weights);
  View output = input;
  const int map = builder.with_shape(node, input, input.base);
  Conv conv;
  conv.out_channels = weights.out;
  conv.in_channels = weights.in;
  conv.weights = std::move(weights.values);
  conv.bias.assign(static_cast<std::size_t>(weights.out), 0.0F);
  output.base[1] = output.shape.back() = weights.out;
  output.node = builder.add(node, std::move(conv), {map}, output.base);
  output.exclusive = true;
  builder.bind(node, std::move(output));
}

}  // namespace

const Floats& floats_of(const RawNode& node, std::string_view what, const Constant* constant) {
  if (constant == nullptr) fail(node, "onnx.graph", fmt::format("{} is missing", what));
  const auto* values = std::get_if<Floats>(&constant->values);
  if (values == nullptr) {
    fail(node, "onnx.tensor", fmt::format("{} must be of a floating-point type", what));
  }
  return *values;
}

void lower_conv(Builder& builder, const RawNode& node) {
  const View map = builder.plain_map(node, builder.variable(node, 0));
  const Constant* weights = builder.constant(node, 1);
  const Floats& values = floats_of(node, "its weight", weights);
  const std::int64_t groups = node.integer("group").value_or(1);
  const Shape& shape = weights->shape;
  const bool fits = shape.size() == 4 && groups >= 1 && groups <= shape[0] &&
                    shape[0] % groups == 0 && map.shape[1] % groups == 0 &&
                    map.shape[1] / groups == shape[1];
  if (!fits) {
    fail(node, "onnx.shape",
         fmt::format("has an input of shape {}, a weight of shape {} and {} groups",
                     base::shape_text(map.shape), base::shape_text(shape), groups));
  }
  const auto kernel = node.integers("kernel_shape");
  if (kernel && *kernel != Ints{shape[2], shape[3]}) {
    fail(node, "onnx.attribute",
         fmt::format("kernel_shape is [{}]; its weight has shape {}", fmt::join(*kernel, ", "),
                     base::shape_text(shape)));
  }
  auto [window, extents] =
      convolution_window(node, {shape[2], shape[3]}, {map.shape[2], map.shape[3]});
  const View source = absorb_pad(builder, map, window);

  builder.charge(node, weights->count());
  Conv conv;
  conv.window = window;
  conv.groups = groups;
  conv.out_channels = shape[0];
  conv.in_channels = source.shape[1];
  conv.weights = values;
  conv.bias = bias_or_zeros(builder, node, 2, shape[0]);
  const Shape output{1, conv.out_channels, extents[0], extents[1]};
  builder.bind(node, builder.add_view(node, std::move(conv), {source.node}, output));
}

void lower_gemm(Builder& builder, const RawNode& node) {
  View input = builder.variable(node, 0);
  if (input.shape.size() != 2) {
    fail(
        node, "onnx.shape",
        fmt::format("has an input of shape {}; must have two axes", base::shape_text(input.shape)));
  }
  if (node.integer("transA").value_or(0) != 0) {
    if (!input.is_transpose()) fail(node, "onnx.layout", "its input cannot be transposed");
    input = transposed(input, {1, 0});
  }
  const bool transposes = node.integer("transB").value_or(0) != 0;
  Matrix weights = matrix_of(builder, node, transposes ? WeightOrder::kOutIn : WeightOrder::kInOut);
  const float alpha = node.real("alpha").value_or(1.0F);
  for (float& weight : weights.values) weight *= alpha;

  Floats bias(static_cast<std::size_t>(weights.out), 0.0F);
  if (const Constant* given = builder.constant(node, 2)) {
    const Floats& values = floats_of(node, "its bias", given);
    const auto count = std::ssize(values);
    if (count != 1 && (count != weights.out || given->shape.back() != count)) {
      fail(node, "onnx.shape",
           fmt::format("its bias has shape {}; must have {} elements",
                       base::shape_text(given->shape), weights.out));
    }
    const float beta = node.real("beta").value_or(1.0F);
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = beta * values[count == 1 ? 0 : i];
  }
  bind_linear(builder, node, input, std::move(weights), std::move(bias));
}

void lower_matmul(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  Matrix weights = matrix_of(builder, node, WeightOrder::kInOut);
  if (input.is_channel_last()) return bind_pointwise(builder, node, input, std::move(weights));
  Floats bias(static_cast<std::size_t>(weights.out), 0.0F);
  bind_linear(builder, node, input, std::move(weights), std::move(bias));
}

void lower_batch_normalization(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  if (node.integer("training_mode").value_or(0) != 0 || node.integer("spatial").value_or(1) != 1) {
    fail(node, "onnx.attribute", "training_mode must be 0, and spatial 1");
  }
  if (input.shape.size() < 2) {
    fail(node, "onnx.shape",
         fmt::format("has an input of shape {}; must have channels on axis 1",
                     base::shape_text(input.shape)));
  }
  const std::int64_t channels = input.shape[1];
  std::array<const Floats*, 4> settings{};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    settings[i] = &floats_of(node, fmt::format("input {}", i + 1), builder.constant(node, i + 1));
    if (std::ssize(*settings[i]) != channels) {
      fail(node, "onnx.shape",
           fmt::format("input {} has {} elements; its input has {} channels", i + 1,
                       settings[i]->size(), channels));
    }
  }
  const auto& [gamma, beta, mean, variance] = settings;
  const double epsilon = node.real("epsilon").value_or(1e-5F);
  std::vector<double> scale;
  std::vector<double> shift;
  for (std::size_t c = 0; c < gamma->size(); ++c) {
    scale.push_back((*gamma)[c] / std::sqrt((*variance)[c] + epsilon));
    shift.push_back((*beta)[c] - (*mean)[c] * scale[c]);
  }
  builder.bind(node, builder.scale_channels(node, input, 1, scale, shift));
}

}  // namespace vqrom::model
