// SPDX-License-Identifier: Apache-2.0
#include "tests/sw/model/onnx_net.h"

#include "sw/base/random.h"

namespace vqrom::model {

onnx::AttributeProto& NodeEditor::add(const std::string& name,
                                      onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node_.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

NodeEditor NodeEditor::integer(const std::string& name, std::int64_t value) {
  add(name, onnx::AttributeProto::INT).set_i(value);
  return *this;
}

NodeEditor NodeEditor::real(const std::string& name, float value) {
  add(name, onnx::AttributeProto::FLOAT).set_f(value);
  return *this;
}

NodeEditor NodeEditor::text(const std::string& name, const std::string& value) {
  add(name, onnx::AttributeProto::STRING).set_s(value);
  return *this;
}

NodeEditor NodeEditor::integers(const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& attribute = add(name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
  return *this;
}

OnnxNet::OnnxNet(const Shape& input, std::int64_t opset) {
  proto_.set_ir_version(7);
  proto_.add_opset_import()->set_version(opset);
  onnx::ValueInfoProto& info = *graph().add_input();
  info.set_name("x");
  auto* type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t extent : input) type->mutable_shape()->add_dim()->set_dim_value(extent);
}

NodeEditor OnnxNet::node(const std::string& op, const std::vector<std::string>& inputs,
                         const std::string& output) {
  onnx::NodeProto& node = *graph().add_node();
  node.set_op_type(op);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return NodeEditor(node);
}

void OnnxNet::floats(const std::string& name, const Shape& shape,
                     const std::vector<float>& values) {
  onnx::TensorProto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t extent : shape) tensor.add_dims(extent);
  for (const float value : values) tensor.add_float_data(value);
}

void OnnxNet::ints(const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::TensorProto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(std::ssize(values));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
}

std::string OnnxNet::bytes(const std::string& output) {
  graph().clear_output();
  graph().add_output()->set_name(output);
  return proto_.SerializeAsString();
}

std::vector<float> numbers(std::int64_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.uniform(-1.0, 1.0));
  return values;
}

}  // namespace vqrom::model
