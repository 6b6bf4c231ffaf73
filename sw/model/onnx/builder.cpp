// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/builder.h"

#include <algorithm>
#include <cmath>

#include "sw/model/onnx/shape_rules.h"

namespace vqrom::model {
namespace {

// Whether the tensor reaches, through operators that work on any layout, Transposes to NCHW only.
bool is_channel_last(const RawGraph& graph) {
  static const std::set<std::string> kAnyLayout = {
      "Add",      "Cast",      "Clip", "Dropout", "Elu",     "HardSigmoid", "HardSwish",
      "Identity", "LeakyRelu", "Mul",  "Relu",    "Sigmoid", "Tanh"};
  std::set<std::string> same_layout = {graph.input};
  bool transposed = false;
  for (const RawNode& node : graph.nodes) {
    const bool reads = std::any_of(node.inputs.begin(), node.inputs.end(),
                                   [&](const auto& input) { return same_layout.contains(input); });
    if (!reads) continue;
    if (node.op == "Transpose") {
      if (transpose_permutation(node, 4) != Permutation{0, 3, 1, 2}) return false;
      transposed = true;
    } else if (kAnyLayout.contains(node.op)) {
      same_layout.insert(node.outputs.at(0));
    } else {
      return false;
    }
  }
  return transposed;
}

bool is_too_large(const Shape& shape) {
  std::int64_t count = 1;
  return std::any_of(shape.begin(), shape.end(), [&](std::int64_t extent) {
    return __builtin_mul_overflow(count, extent, &count) || count > kLargestMap;
  });
}

}  // namespace

Builder::Builder(const RawGraph& graph, std::string_view place) : graph_(graph), place_(place) {
  const Shape& shape = graph.input_shape;
  if (shape.size() < 2 || shape.size() > 4 || is_too_large(shape)) {
    throw base::UserError(
        "onnx.shape", place_,
        fmt::format("input '{}' has shape {}; must have 2 to 4 axes and at most {} elements",
                    graph.input, base::shape_text(shape), kLargestMap));
  }
  for (const auto& [name, constant] : graph.constants) {
    weights_left_ += kWeightsPerConstant * constant.count();
  }
  for (const RawNode& node : graph.nodes) {
    for (const std::string& input : node.inputs) ++readers_[input];
  }
  ++readers_[graph.output];

  Node input{graph.input, Input{}, {}, shape};
  View view = View::plain(0, shape);
  if (shape.size() == 4 && is_channel_last(graph)) {
    input.shape = {1, shape[3], shape[1], shape[2]};
    view = transposed(View::plain(0, input.shape), {0, 2, 3, 1});
  }
  if (shape.size() == 3) input.shape.insert(input.shape.begin(), 1);  // one channel
  names_[input.name] = 1;
  model_.nodes.push_back(std::move(input));
  views_.emplace(graph.input, std::move(view));
}

const std::string& Builder::tensor_name(const RawNode& node, std::size_t index) const {
  if (!node.has_input(index)) fail(node, "onnx.graph", fmt::format("input {} is missing", index));
  return node.inputs[index];
}

const View& Builder::variable(const RawNode& node, std::size_t index) const {
  const auto found = views_.find(tensor_name(node, index));
  if (found == views_.end()) {
    fail(node, "onnx.graph",
         fmt::format("input {} ('{}') is a constant; must depend on the network's input", index,
                     node.inputs[index]));
  }
  return found->second;
}

const Constant* Builder::find_constant(const std::string& tensor) const {
  const auto folded = folded_.find(tensor);
  if (folded != folded_.end()) return &folded->second;
  const auto stored = graph_.constants.find(tensor);
  return stored == graph_.constants.end() ? nullptr : &stored->second;
}

const Constant* Builder::constant(const RawNode& node, std::size_t index) const {
  if (!node.has_input(index)) return nullptr;
  const Constant* found = find_constant(node.inputs[index]);
  if (found == nullptr) {
    fail(node, "onnx.graph",
         fmt::format("input {} ('{}') depends on the network's input; must be a constant", index,
                     node.inputs[index]));
  }
  return found;
}

bool Builder::is_constant(const RawNode& node, std::size_t index) const {
  return node.has_input(index) && find_constant(node.inputs[index]) != nullptr;
}

bool Builder::is_read(const std::string& tensor) const {
  return readers_.contains(tensor);
}

void Builder::bind(const RawNode& node, View view) {
  const std::string& tensor = node.outputs.at(0);
  const auto readers = readers_.find(tensor);
  view.exclusive = view.exclusive && readers != readers_.end() && readers->second == 1;
  views_.insert_or_assign(tensor, std::move(view));
}

void Builder::bind(const RawNode& node, Constant constant) {
  charge(node, constant.count());
  folded_.insert_or_assign(node.outputs.at(0), std::move(constant));
}

std::string Builder::unique_name(const std::string& name) {
  std::string unique = name;
  while (!names_.try_emplace(unique, 1).second) {
    unique = fmt::format("{}.{}", name, ++names_[name]);
  }
  return unique;
}

int Builder::add(const RawNode& node, Op op, std::vector<int> inputs, Shape shape) {
  if (is_too_large(shape)) {
    fail(
        node, "onnx.shape",
        fmt::format("makes {}; must be at most {} elements", base::shape_text(shape), kLargestMap));
  }
  model_.nodes.push_back(
      {unique_name(node.name), std::move(op), std::move(inputs), std::move(shape)});
  return static_cast<int>(model_.nodes.size()) - 1;
}

View Builder::add_view(const RawNode& node, Op op, std::vector<int> inputs, Shape shape) {
  const int index = add(node, std::move(op), std::move(inputs), std::move(shape));
  View view = View::plain(index, at(index).shape);
  view.exclusive = true;
  return view;
}

void Builder::charge(const RawNode& node, std::int64_t weights) {
  weights_left_ -= weights;
  if (weights_left_ < 0) {
    fail(node, "onnx.graph",
         "the network uses its constants so often that the weights become many times as large as "
         "the file");
  }
}

int Builder::with_shape(const RawNode& node, const View& view, const Shape& shape) {
  if (at(view.node).shape == shape) return view.node;
  const auto [entry, is_new] = reshapes_.try_emplace({view.node, shape}, 0);
  if (is_new) {
    RawNode reshape;
    reshape.name = view.reshaped_by.empty() ? node.name + ".reshape" : view.reshaped_by;
    entry->second = add(reshape, Reshape{}, {view.node}, shape);
  }
  return entry->second;
}

View Builder::map_view(const RawNode& node, const View& view) {
  if (view.shape.size() != 4 || view.shape[0] != 1) {
    fail(node, "onnx.shape",
         fmt::format("has an input of shape {}; must be a map 1xCxHxW",
                     base::shape_text(view.shape)));
  }
  if (!view.is_transpose() || view.base[0] != 1) {
    fail(node, "onnx.layout", "reads a transposed tensor whose Transpose cannot be folded");
  }
  View map = view;
  map.node = with_shape(node, view, view.base);
  return map;
}

View Builder::plain_map(const RawNode& node, const View& view) {
  View map = map_view(node, view);
  if (!map.is_plain()) {
    fail(node, "onnx.layout", "reads a transposed map; the Transpose before it cannot be folded");
  }
  return map;
}

Model Builder::finish() {
  const std::string& output = graph_.output;
  const auto found = views_.find(output);
  if (found == views_.end()) {
    throw base::UserError("onnx.graph", place_,
                          fmt::format("output '{}' is the same for every input", output));
  }
  const View& view = found->second;
  RawNode end;
  end.name = output;
  if (!view.is_plain()) {
    throw base::UserError("onnx.layout", place_,
                          fmt::format("output '{}' is a transposed tensor; the Transpose cannot "
                                      "be folded",
                                      output));
  }
  const bool has_batch = (view.shape.size() == 2 || view.shape.size() == 4) && view.shape[0] == 1;
  model_.output =
      with_shape(end, view, has_batch ? view.shape : Shape{1, base::element_count(view.shape)});
  remove_unused_nodes();
  check_finite();
  return std::move(model_);
}

void Builder::remove_unused_nodes() {
  std::vector<bool> used(model_.nodes.size(), false);
  used[static_cast<std::size_t>(model_.input)] = true;
  used[static_cast<std::size_t>(model_.output)] = true;
  for (std::size_t i = model_.nodes.size(); i-- > 0;) {
    if (!used[i]) continue;
    for (const int input : model_.nodes[i].inputs) used[static_cast<std::size_t>(input)] = true;
  }
  std::vector<int> renumbered(model_.nodes.size(), -1);
  std::vector<Node> kept;
  for (std::size_t i = 0; i < model_.nodes.size(); ++i) {
    if (!used[i]) continue;
    renumbered[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(model_.nodes[i]));
    for (int& input : kept.back().inputs) input = renumbered[static_cast<std::size_t>(input)];
  }
  model_.nodes = std::move(kept);
  model_.input = renumbered[static_cast<std::size_t>(model_.input)];
  model_.output = renumbered[static_cast<std::size_t>(model_.output)];
}

void Builder::check_finite() const {
  const auto finite = [](const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
  };
  base::Problems problems;
  for (const Node& node : model_.nodes) {
    const auto* conv = std::get_if<Conv>(&node.op);
    const auto* linear = std::get_if<Linear>(&node.op);
    const bool good = (conv == nullptr || (finite(conv->weights) && finite(conv->bias))) &&
                      (linear == nullptr || (finite(linear->weights) && finite(linear->bias)));
    if (good) continue;
    problems.add("onnx.tensor", place_,
                 fmt::format("{} '{}': a weight or bias is infinite or not a number",
                             op_name(node.op), node.name));
  }
  problems.throw_if_any();
}

}  // namespace vqrom::model
