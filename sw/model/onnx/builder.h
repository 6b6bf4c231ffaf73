// SPDX-License-Identifier: Apache-2.0
// builder — grows a Model while the nodes of an ONNX graph are lowered one after the other.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "sw/model/model.h"
#include "sw/model/onnx/raw_graph.h"
#include "sw/model/onnx/view.h"

namespace vqrom::model {

// So that a hostile file cannot ask for unlimited memory: a feature map has at most kLargestMap
// elements; weights and folded constants are at most kSpareWeights and kWeightsPerConstant for
// each element of a constant in the file (which may be used more than once, and be rearranged).
inline constexpr std::int64_t kLargestMap = std::int64_t{1} << 26;
inline constexpr std::int64_t kSpareWeights = std::int64_t{1} << 22;
inline constexpr std::int64_t kWeightsPerConstant = 8;

// Every function that takes the RawNode being lowered throws UserError without a place, by fail().
class Builder {
 public:
  // Keeps a reference to the graph, and makes the Input node. A four-axis input whose readers all
  // transpose it to NCHW is taken as NHWC; the node is NCHW in any case. Error (with place):
  // onnx.shape.
  Builder(const RawGraph& graph, std::string_view place);

  [[nodiscard]] std::int64_t opset() const { return graph_.opset; }

  // The tensor that the node reads at `index`: a variable one, or a constant (null if left out).
  // Errors: onnx.graph if it is the other kind or, for variable(), missing.
  [[nodiscard]] const View& variable(const RawNode& node, std::size_t index) const;
  [[nodiscard]] const Constant* constant(const RawNode& node, std::size_t index) const;
  [[nodiscard]] bool is_constant(const RawNode& node, std::size_t index) const;
  [[nodiscard]] bool is_read(const std::string& tensor) const;

  // What the node's first output is from now on.
  void bind(const RawNode& node, View view);
  void bind(const RawNode& node, Constant constant);

  // Appends a model node and returns its index. Errors: onnx.shape (more than kLargestMap).
  int add(const RawNode& node, Op op, std::vector<int> inputs, Shape shape);
  // The same as a view that later nodes may fuse into.
  [[nodiscard]] View add_view(const RawNode& node, Op op, std::vector<int> inputs, Shape shape);
  [[nodiscard]] Node& at(int index) { return model_.nodes.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] const Node& at(int index) const {
    return model_.nodes.at(static_cast<std::size_t>(index));
  }

  // Counts weights about to be made. Errors: onnx.graph if they are too many.
  void charge(const RawNode& node, std::int64_t weights);

  // A model node that holds the view's elements in the node's order with the extents `shape`: the
  // view's own, or a Reshape of it.
  int with_shape(const RawNode& node, const View& view, const Shape& shape);
  // The view on a node whose shape is the view's base {1, C, H, W}, transposed or not. Errors:
  // onnx.shape, onnx.layout.
  [[nodiscard]] View map_view(const RawNode& node, const View& view);
  // The same, not transposed: the tensor itself is {1, C, H, W}.
  [[nodiscard]] View plain_map(const RawNode& node, const View& view);

  // view * scale[c] + shift[c], c being the position on axis `axis`: fused into a Conv or Linear
  // that nobody else reads, else as a depthwise 1x1 Conv. Errors: onnx.layout.
  [[nodiscard]] View scale_channels(const RawNode& node, const View& view, std::size_t axis,
                                    const std::vector<double>& scale,
                                    const std::vector<double>& shift);
  // clamp(view): fused into a Conv, Linear, Add or Clamp that nobody else reads, else as a Clamp.
  [[nodiscard]] View clamp(const RawNode& node, const View& view, const Activation& activation);

  // The curve of each element, on any layout.
  [[nodiscard]] View add_curve(const RawNode& node, const View& view, const Curve& curve);

  // The model, without nodes that fusing left unused. Errors (with place): onnx.graph (the output
  // is a constant), onnx.layout, onnx.tensor (weights that are not finite).
  [[nodiscard]] Model finish();

 private:
  [[nodiscard]] const std::string& tensor_name(const RawNode& node, std::size_t index) const;
  [[nodiscard]] const Constant* find_constant(const std::string& tensor) const;
  std::string unique_name(const std::string& name);
  void remove_unused_nodes();
  void check_finite() const;

  const RawGraph& graph_;
  std::string place_;
  Model model_;
  std::unordered_map<std::string, View> views_;
  std::unordered_map<std::string, Constant> folded_;
  std::unordered_map<std::string, int> readers_;  // how many inputs of live nodes a tensor feeds
  std::unordered_map<std::string, int> names_;
  std::map<std::pair<int, Shape>, int> reshapes_;
  std::int64_t weights_left_ = kSpareWeights;
};

}  // namespace vqrom::model
