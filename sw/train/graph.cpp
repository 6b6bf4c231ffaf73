// SPDX-License-Identifier: Apache-2.0
#include "sw/train/graph.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include <torch/nn/functional/padding.h>

#include "sw/base/error.h"
#include "sw/compress/quantisation.h"
#include "sw/train/fake_quantise.h"

namespace vqrom::train {
namespace {

using torch::Tensor;

Tensor tensor_of(const std::vector<float>& values, std::vector<std::int64_t> shape) {
  return torch::from_blob(const_cast<float*>(values.data()), shape, torch::kFloat32).clone();
}

// Activations that the hardware takes from a table.
Tensor bend(const Tensor& x, const model::Curve& curve) {
  const auto hard_sigmoid = [&] { return (curve.alpha * x + curve.beta).clamp(0, 1); };
  switch (curve.kind) {
    case model::CurveKind::kSigmoid:
      return torch::sigmoid(x);
    case model::CurveKind::kTanh:
      return torch::tanh(x);
    case model::CurveKind::kLeakyRelu:
      return torch::leaky_relu(x, curve.alpha);
    case model::CurveKind::kElu:
      return torch::elu(x, curve.alpha);
    case model::CurveKind::kHardSigmoid:
      return hard_sigmoid();
    case model::CurveKind::kHardSwish:
      return x * hard_sigmoid();
    case model::CurveKind::kSilu:
      return torch::silu(x);
  }
  VQROM_CHECK(false, "curve {}", static_cast<int>(curve.kind));
  return x;
}

Tensor clamp(const Tensor& x, const model::Activation& activation) {
  if (activation == model::Activation{}) return x;
  if (activation.low == 0.0F && std::isinf(activation.high)) return torch::relu(x);
  return torch::clamp(x, activation.low, activation.high);
}

bool even(const std::array<std::int64_t, 4>& pads) {
  return pads[0] == pads[2] && pads[1] == pads[3];
}

// Constant padding of height and width.
Tensor pad(const Tensor& x, const std::array<std::int64_t, 4>& pads, double value) {
  if (std::ranges::max(pads) == 0) return x;
  return torch::constant_pad_nd(x, {pads[1], pads[3], pads[0], pads[2]}, value);
}

Tensor convolve(const Tensor& x, const LayerTensors& layer, const model::Conv& conv) {
  const model::Window& window = conv.window;
  const Tensor padded = even(window.pads) ? x : pad(x, window.pads, 0.0);
  const std::array<std::int64_t, 2> rest = even(window.pads)
                                               ? std::array{window.pads[0], window.pads[1]}
                                               : std::array<std::int64_t, 2>{};
  return torch::conv2d(padded, layer.weight, layer.bias, window.stride, rest, window.dilation,
                       conv.groups);
}

Tensor pool_average(const Tensor& x, const model::AveragePool& pool) {
  const model::Window& window = pool.window;
  const auto sums = [&](const Tensor& values) {
    return torch::avg_pool2d(pad(values, window.pads, 0.0), window.kernel, window.stride);
  };
  if (pool.count_include_pad || std::ranges::max(window.pads) == 0) return sums(x);
  // Both means are over whole windows, so their quotient is the mean over the real pixels.
  return sums(x) / sums(torch::ones({1, 1, x.size(2), x.size(3)}));
}

[[noreturn]] void refuse(const model::Model& model, const model::Node& node, const char* why) {
  throw base::UserError("train.operator", fmt::format("{}: node '{}'", model.name, node.name),
                        fmt::format("{} {}", model::op_name(node.op), why));
}

void check_operators(const model::Model& model) {
  for (const model::Node& node : model.nodes) {
    const auto* pool = std::get_if<model::AveragePool>(&node.op);
    if (pool != nullptr && std::ranges::max(pool->window.dilation) > 1) {
      refuse(model, node, "has a dilation, which training does not know");
    }
  }
}

Tensor slice(Tensor x, const model::Slice& op) {
  for (std::size_t axis = 1; axis < op.starts.size(); ++axis) {
    x = x.slice(static_cast<std::int64_t>(axis), op.starts[axis], op.ends[axis], op.steps[axis]);
  }
  return x;
}

Tensor pad_axes(const Tensor& x, const model::Pad& op) {
  std::vector<std::int64_t> pads;  // the last axis first
  for (std::size_t axis = op.before.size(); axis-- > 1;) {
    pads.push_back(op.before[axis]);
    pads.push_back(op.after[axis]);
  }
  return torch::constant_pad_nd(x, pads, op.value);
}

Tensor reshape(const Tensor& x, const base::Shape& shape) {
  base::Shape target = shape;
  target[0] = x.size(0);
  return x.reshape(target);
}

}  // namespace

LayerSource float_layers(const model::Model& model) {
  auto layers = std::make_shared<std::map<int, LayerTensors>>();
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    const model::Op& op = model.nodes[static_cast<std::size_t>(i)].op;
    if (const auto* conv = std::get_if<model::Conv>(&op)) {
      const Tensor weight =
          tensor_of(conv->weights, {conv->out_channels, conv->in_channels / conv->groups,
                                    conv->window.kernel[0], conv->window.kernel[1]});
      (*layers)[i] = {weight.contiguous(at::MemoryFormat::ChannelsLast),
                      tensor_of(conv->bias, {conv->out_channels})};
    } else if (const auto* linear = std::get_if<model::Linear>(&op)) {
      (*layers)[i] = {tensor_of(linear->weights, {linear->out_features, linear->in_features}),
                      tensor_of(linear->bias, {linear->out_features})};
    }
  }
  return [layers](int node) { return layers->at(node); };
}

Graph::Graph(const model::Model& model) : model_(model), last_reader_(model.nodes.size(), -1) {
  check_operators(model);
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    for (const int input : model.nodes[static_cast<std::size_t>(i)].inputs) {
      last_reader_[static_cast<std::size_t>(input)] = i;
    }
  }
}

Graph::Graph(const model::Model& model, std::vector<compress::Quantisation> quantisations)
    : Graph(model) {
  quantisations_ = std::move(quantisations);
}

std::vector<Tensor> Graph::run(const Tensor& batch, const LayerSource& layers,
                               const std::vector<int>& wanted) const {
  std::vector<Tensor> outputs(model_.nodes.size());
  for (int i = 0; i < std::ssize(model_.nodes); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (i == model_.input) {
      const Tensor x = batch.dim() == 4 ? batch.contiguous(at::MemoryFormat::ChannelsLast) : batch;
      outputs[at] = activate(i, x, {});
    } else {
      outputs[at] = run_node(i, outputs, layers);
    }
    for (const int input : model_.nodes[at].inputs) {
      const auto from = static_cast<std::size_t>(input);
      if (last_reader_[from] == i && std::ranges::find(wanted, input) == wanted.end()) {
        outputs[from] = Tensor();
      }
    }
  }
  return outputs;
}

Tensor Graph::activate(int node, const Tensor& x, const model::Activation& activation) const {
  if (quantisations_.empty()) return clamp(x, activation);
  const compress::Quantisation& grid = quantisations_[static_cast<std::size_t>(node)];
  return fake_quantise(x, grid, compress::code_range(activation, grid));
}

Tensor Graph::run_node(int node, const std::vector<Tensor>& outputs,
                       const LayerSource& layers) const {
  const model::Node& made = model_.nodes[static_cast<std::size_t>(node)];
  const auto input = [&](std::size_t k) {
    return outputs[static_cast<std::size_t>(made.inputs.at(k))];
  };
  const Tensor x = input(0);
  if (const auto* conv = std::get_if<model::Conv>(&made.op)) {
    return activate(node, convolve(x, layers(node), *conv), conv->activation);
  }
  if (const auto* linear = std::get_if<model::Linear>(&made.op)) {
    const LayerTensors layer = layers(node);
    const Tensor y = x.dim() == 4
                         ? torch::conv2d(x, layer.weight.unsqueeze(2).unsqueeze(3), layer.bias)
                         : torch::linear(x, layer.weight, layer.bias);
    return activate(node, y, linear->activation);
  }
  if (const auto* add = std::get_if<model::Add>(&made.op)) {
    return activate(node, x + input(1), add->activation);
  }
  if (const auto* op = std::get_if<model::Clamp>(&made.op)) {
    return activate(node, x, op->activation);
  }
  if (const auto* curve = std::get_if<model::Curve>(&made.op)) {
    return activate(node, bend(x, *curve), {});
  }
  if (const auto* pool = std::get_if<model::MaxPool>(&made.op)) {
    const double lowest = -std::numeric_limits<double>::infinity();
    return torch::max_pool2d(pad(x, pool->window.pads, lowest), pool->window.kernel,
                             pool->window.stride, 0, pool->window.dilation);
  }
  if (const auto* pool = std::get_if<model::AveragePool>(&made.op)) {
    return activate(node, pool_average(x, *pool), {});
  }
  if (const auto* concat = std::get_if<model::Concat>(&made.op)) {
    std::vector<Tensor> parts;
    for (std::size_t k = 0; k < made.inputs.size(); ++k) parts.push_back(input(k));
    return torch::cat(parts, concat->axis);
  }
  if (const auto* op = std::get_if<model::Slice>(&made.op)) return slice(x, *op);
  if (const auto* op = std::get_if<model::Pad>(&made.op)) return pad_axes(x, *op);
  if (std::holds_alternative<model::Reshape>(made.op)) return reshape(x, made.shape);
  if (std::holds_alternative<model::Softmax>(made.op)) return torch::softmax(x, -1);
  refuse(model_, made, "is not known to training");
}

}  // namespace vqrom::train
