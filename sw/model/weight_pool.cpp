// SPDX-License-Identifier: Apache-2.0
#include "sw/model/weight_pool.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "sw/base/error.h"
#include "sw/model/onnx/constant_fold.h"
#include "sw/model/onnx/lowerings.h"

namespace vqrom::model {
namespace {

class Collector {
 public:
  explicit Collector(const RawGraph& graph) : graph_(graph) {
    for (const auto& [name, constant] : graph.constants) {
      known_.emplace(name, &constant);
      room_ += kWeightsPerConstant * constant.count();
    }
    for (const RawNode& node : graph.nodes) {
      for (const std::string& input : node.inputs) readers_[input].push_back(&node);
    }
    // Four axes, so that the columns of every Linear count as they stand.
    pool_.model.nodes.push_back({graph.input, Input{}, {}, {1, 1, 1, 1}});
    names_.insert(graph.input);
  }

  WeightPool run() {
    std::set<std::string> others;
    for (const RawNode& node : graph_.nodes) {
      if (fold(node) || take(node)) continue;
      others.insert(node.op);
    }
    pool_.others.assign(others.begin(), others.end());
    pool_.model.output = static_cast<int>(pool_.model.nodes.size()) - 1;
    return std::move(pool_);
  }

 private:
  [[nodiscard]] const Constant* constant(const RawNode& node, std::size_t index) const {
    if (!node.has_input(index)) return nullptr;
    const auto found = known_.find(node.inputs[index]);
    return found == known_.end() ? nullptr : found->second;
  }

  void charge(const RawNode& node, std::int64_t count) {
    room_ -= count;
    if (room_ < 0) {
      fail(node, "onnx.graph",
           "the network uses its constants so often that they become many times the file");
    }
  }

  // Computes what depends on constants only.
  bool fold(const RawNode& node) {
    if (!is_foldable(node.op) || node.outputs.empty()) return false;
    std::vector<const Constant*> inputs;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      inputs.push_back(constant(node, i));
      if (node.has_input(i) && inputs.back() == nullptr) return false;
    }
    Constant& made = folded_[node.outputs[0]];
    made = fold_constant(node, inputs);
    charge(node, made.count());
    known_[node.outputs[0]] = &made;
    return true;
  }

  bool take(const RawNode& node) {
    const Constant* weights = constant(node, 1);
    const Floats* values = weights == nullptr ? nullptr : std::get_if<Floats>(&weights->values);
    if (values == nullptr || node.outputs.empty()) return false;
    const bool convolves = node.op == "Conv" && weights->shape.size() == 4;
    const bool multiplies =
        (node.op == "Gemm" || node.op == "MatMul") && weights->shape.size() == 2;
    if (!convolves && !multiplies) return false;
    charge(node, weights->count());
    if (convolves) {
      add_conv(node, weights->shape, *values);
    } else {
      add_linear(node, *weights, *values);
    }
    return true;
  }

  void add(const RawNode& node, Op op, std::int64_t channels) {
    std::string name = node.name;
    for (int copy = 2; !names_.insert(name).second; ++copy) {
      name = fmt::format("{}.{}", node.name, copy);
    }
    pool_.model.nodes.push_back({std::move(name), std::move(op), {0}, {1, channels, 1, 1}});
  }

  void add_conv(const RawNode& node, const Shape& shape, const Floats& values) {
    Conv conv;
    conv.groups = node.integer("group").value_or(1);
    if (conv.groups < 1 || conv.groups > shape[0] || shape[0] % conv.groups != 0) {
      fail(node, "onnx.shape",
           fmt::format("has a weight of shape {} and {} groups", base::shape_text(shape),
                       conv.groups));
    }
    conv.window.kernel = {shape[2], shape[3]};
    conv.out_channels = shape[0];
    conv.in_channels = shape[1] * conv.groups;
    conv.weights = values;
    conv.bias = bias_of(node, constant(node, 2), shape[0], 1.0F);
    add(node, std::move(conv), shape[0]);
  }

  void add_linear(const RawNode& node, const Constant& weights, const Floats& values) {
    const bool is_gemm = node.op == "Gemm";
    const bool out_first = is_gemm && node.integer("transB").value_or(0) != 0;
    Linear linear;
    linear.out_features = weights.shape[out_first ? 0 : 1];
    linear.in_features = weights.shape[out_first ? 1 : 0];
    linear.weights = values;
    if (!out_first) {
      linear.weights.clear();
      for (const std::int64_t i : transposed_indices(weights.shape, {1, 0})) {
        linear.weights.push_back(values[static_cast<std::size_t>(i)]);
      }
    }
    const float alpha = is_gemm ? node.real("alpha").value_or(1.0F) : 1.0F;
    for (float& weight : linear.weights) weight *= alpha;
    linear.bias = is_gemm ? bias_of(node, constant(node, 2), linear.out_features,
                                    node.real("beta").value_or(1.0F))
                          : bias_of(node, added_constant(node), linear.out_features, 1.0F);
    const std::int64_t channels = linear.out_features;
    add(node, std::move(linear), channels);
  }

  // The constant of the Add that alone reads the node's output.
  [[nodiscard]] const Constant* added_constant(const RawNode& node) const {
    const auto readers = readers_.find(node.outputs[0]);
    if (readers == readers_.end() || readers->second.size() != 1) return nullptr;
    const RawNode& reader = *readers->second[0];
    if (reader.op != "Add" || reader.inputs.size() != 2) return nullptr;
    return constant(reader, reader.inputs[0] == node.outputs[0] ? 1 : 0);
  }

  // Zeros where there is none that varies over the channels alone.
  static Floats bias_of(const RawNode& node, const Constant* bias, std::int64_t channels,
                        float factor) {
    Floats values(static_cast<std::size_t>(channels), 0.0F);
    const bool fits = bias != nullptr && !bias->shape.empty() && bias->count() == channels &&
                      bias->shape.back() == channels;
    if (!fits) return values;
    const Floats& given = floats_of(node, "its bias", bias);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = factor * given[i];
    return values;
  }

  const RawGraph& graph_;
  WeightPool pool_;
  std::map<std::string, const Constant*> known_;
  std::map<std::string, Constant> folded_;
  std::map<std::string, std::vector<const RawNode*>> readers_;
  std::set<std::string> names_;
  std::int64_t room_ = kSpareWeights;
};

}  // namespace

WeightPool parse_weights(std::string_view bytes, std::string_view name) {
  const RawGraph graph = read_raw_graph(bytes, name);
  WeightPool pool;
  try {
    pool = Collector(graph).run();
  } catch (const base::UserError& error) {
    rethrow_with_place(error, name);
  }
  if (pool.model.nodes.size() == 1) {
    throw base::UserError("onnx.graph", std::string(name),
                          "has no Conv, Gemm or MatMul whose weights are constant");
  }
  pool.model.name = std::filesystem::path(name).stem().string();
  return pool;
}

std::string weight_table(const WeightPool& pool) {
  const auto line = [](std::string_view name, std::string_view op, std::string_view shape,
                       std::size_t weights) {
    return fmt::format("{:<40} {:<8} {:>18} {:>12}\n", name, op, shape, weights);
  };
  std::string text =
      fmt::format("{:<40} {:<8} {:>18} {:>12}\n", "layer", "operator", "weights", "number");
  std::size_t sum = 0;
  for (const Node& node : pool.model.nodes) {
    Shape shape;
    std::size_t weights = 0;
    if (const auto* conv = std::get_if<Conv>(&node.op)) {
      shape = {conv->out_channels, conv->in_channels / conv->groups, conv->window.kernel[0],
               conv->window.kernel[1]};
      weights = conv->weights.size();
    } else if (const auto* linear = std::get_if<Linear>(&node.op)) {
      shape = {linear->out_features, linear->in_features};
      weights = linear->weights.size();
    } else {
      continue;
    }
    sum += weights;
    text += line(node.name, op_name(node.op), base::shape_text(shape), weights);
  }
  return text + line("total", "", "", sum);
}

Model layer_network(const WeightPool& pool, std::string_view layer, std::int64_t positions) {
  std::vector<std::string> linear;
  for (const Node& node : pool.model.nodes) {
    if (!std::holds_alternative<Linear>(node.op)) continue;
    linear.push_back(node.name);
    if (node.name != layer) continue;
    const auto& op = std::get<Linear>(node.op);
    Model model;
    model.name = node.name;
    const bool is_vector = positions == 1;
    const auto shape = [&](std::int64_t channels) {
      return is_vector ? Shape{1, channels} : Shape{1, channels, 1, positions};
    };
    model.nodes.push_back({"tokens", Input{}, {}, shape(op.in_features)});
    model.nodes.push_back({node.name, op, {0}, shape(op.out_features)});
    if (!is_vector) {
      Conv conv;
      conv.out_channels = op.out_features;
      conv.in_channels = op.in_features;
      conv.weights = op.weights;
      conv.bias = op.bias;
      model.nodes[1].op = std::move(conv);
    }
    model.output = 1;
    return model;
  }
  throw base::UserError(
      "onnx.layer", pool.model.name,
      fmt::format("has no linear layer '{}'; must be one of {}", layer, fmt::join(linear, ", ")));
}

}  // namespace vqrom::model
