// SPDX-License-Identifier: Apache-2.0
// onnx_net — small ONNX files for tests, written node by node through protobuf.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "sw/base/tensor.h"

namespace vqrom::model {

using base::Shape;

// Sets attributes of a node that was just added.
class NodeEditor {
 public:
  explicit NodeEditor(onnx::NodeProto& node) : node_(node) {}
  NodeEditor integer(const std::string& name, std::int64_t value);
  NodeEditor real(const std::string& name, float value);
  NodeEditor text(const std::string& name, const std::string& value);
  NodeEditor integers(const std::string& name, const std::vector<std::int64_t>& values);

 private:
  onnx::AttributeProto& add(const std::string& name, onnx::AttributeProto::AttributeType type);

  onnx::NodeProto& node_;
};

// The input is "x". Nodes are named after the tensor that they make.
class OnnxNet {
 public:
  explicit OnnxNet(const Shape& input, std::int64_t opset = 13);

  NodeEditor node(const std::string& op, const std::vector<std::string>& inputs,
                  const std::string& output);
  void floats(const std::string& name, const Shape& shape, const std::vector<float>& values);
  void ints(const std::string& name, const std::vector<std::int64_t>& values);
  // Anything else that ONNX can say.
  onnx::ModelProto& proto() { return proto_; }
  onnx::GraphProto& graph() { return *proto_.mutable_graph(); }

  // With `output` as the network's output.
  [[nodiscard]] std::string bytes(const std::string& output);

 private:
  onnx::ModelProto proto_;
};

// `count` seeded numbers in [-1, 1).
[[nodiscard]] std::vector<float> numbers(std::int64_t count, std::uint64_t seed);

}  // namespace vqrom::model
