// SPDX-License-Identifier: Apache-2.0
// model — a float network after import: a graph of few operators, BatchNorm folded, shapes static.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "sw/base/tensor.h"

namespace vqrom::model {

using base::Shape;

// A clamp of the output to [low, high]: Relu is {0, inf}, Relu6 {0, 6}.
struct Activation {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
  friend bool operator==(const Activation&, const Activation&) = default;
};

// Kernel window in pixels: {height, width}; pads {top, left, bottom, right}.
struct Window {
  std::array<std::int64_t, 2> kernel{1, 1};
  std::array<std::int64_t, 2> stride{1, 1};
  std::array<std::int64_t, 2> dilation{1, 1};
  std::array<std::int64_t, 4> pads{0, 0, 0, 0};
  friend bool operator==(const Window&, const Window&) = default;
};

struct Input {
  friend bool operator==(const Input&, const Input&) = default;
};

// weights [out][in/groups][kernel_h][kernel_w], bias [out] (zeros if the file has none).
struct Conv {
  Window window;
  std::int64_t groups = 1;
  std::int64_t out_channels = 0;
  std::int64_t in_channels = 0;
  std::vector<float> weights;
  std::vector<float> bias;
  Activation activation;
  friend bool operator==(const Conv&, const Conv&) = default;
};

// out = weights * in + bias; weights [out][in], bias [out]. Input {1, in}, output {1, out}.
struct Linear {
  std::int64_t out_features = 0;
  std::int64_t in_features = 0;
  std::vector<float> weights;
  std::vector<float> bias;
  Activation activation;
  friend bool operator==(const Linear&, const Linear&) = default;
};

struct Add {  // two inputs of one shape
  Activation activation;
  friend bool operator==(const Add&, const Add&) = default;
};
struct Clamp {  // an activation that could not be fused into its producer
  Activation activation;
  friend bool operator==(const Clamp&, const Clamp&) = default;
};
struct MaxPool {
  Window window;
  friend bool operator==(const MaxPool&, const MaxPool&) = default;
};
// A whole-image window serves GlobalAveragePool and ReduceMean over height and width.
struct AveragePool {
  Window window;
  bool count_include_pad = false;
  friend bool operator==(const AveragePool&, const AveragePool&) = default;
};
struct Concat {  // any number of inputs
  std::int64_t axis = 1;
  friend bool operator==(const Concat&, const Concat&) = default;
};
// One entry an axis; out extent = ceil((end - start) / step).
struct Slice {
  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> ends;
  std::vector<std::int64_t> steps;
  friend bool operator==(const Slice&, const Slice&) = default;
};
struct Pad {  // constant padding, one entry an axis
  std::vector<std::int64_t> before;
  std::vector<std::int64_t> after;
  float value = 0.0F;
  friend bool operator==(const Pad&, const Pad&) = default;
};
struct Reshape {  // Flatten too; the target is the node's shape
  friend bool operator==(const Reshape&, const Reshape&) = default;
};
// An activation function that is no clamp (curve.h), with the parameters that ONNX gives it.
enum class CurveKind { kSigmoid, kTanh, kLeakyRelu, kElu, kHardSigmoid, kHardSwish, kSilu };
struct Curve {
  CurveKind kind = CurveKind::kSigmoid;
  float alpha = 0.0F;  // kLeakyRelu, kElu, kHardSigmoid, kHardSwish
  float beta = 0.0F;   // kHardSigmoid, kHardSwish
  friend bool operator==(const Curve&, const Curve&) = default;
};
struct Softmax {  // over the last axis; runs on the host
  friend bool operator==(const Softmax&, const Softmax&) = default;
};

using Op = std::variant<Input, Conv, Linear, Add, Clamp, MaxPool, AveragePool, Concat, Slice, Pad,
                        Reshape, Softmax, Curve>;

// A node makes one tensor; `inputs` are indices of earlier nodes. `shape` is that of its output:
// {1, C, H, W} (NCHW) or {1, F}.
struct Node {
  std::string name;
  Op op;
  std::vector<int> inputs;
  Shape shape;
  friend bool operator==(const Node&, const Node&) = default;
};

// Nodes in topological order; one Input node, one output.
struct Model {
  std::string name;  // the file's stem
  std::vector<Node> nodes;
  int input = 0;
  int output = 0;
  friend bool operator==(const Model&, const Model&) = default;
};

// "Conv", "Linear", …
[[nodiscard]] std::string op_name(const Op& op);
// Multiply-accumulates of one inference; 0 for operators without weights.
[[nodiscard]] std::int64_t mac_count(const Node& node);
// Weights and biases of one node.
[[nodiscard]] std::int64_t parameter_count(const Node& node);

}  // namespace vqrom::model
