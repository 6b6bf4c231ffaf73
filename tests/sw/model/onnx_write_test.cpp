// SPDX-License-Identifier: Apache-2.0
// onnx_write_test — what is written satisfies ONNX' own checker and shape inference.
#include "sw/model/onnx_write.h"

#include <map>

#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include "sw/model/import.h"
#include "tests/sw/model/sample_models.h"

namespace vqrom::model {
namespace {

onnx::ModelProto written(const Model& model) {
  onnx::ModelProto proto;
  EXPECT_TRUE(proto.ParseFromString(onnx_bytes(model)));
  return proto;
}

Shape shape_of(const onnx::ValueInfoProto& info) {
  Shape shape;
  for (const auto& dim : info.type().tensor_type().shape().dim()) shape.push_back(dim.dim_value());
  return shape;
}

TEST(OnnxBytes, PassTheOnnxChecker) {
  EXPECT_NO_THROW(onnx::checker::check_model(written(every_operator())));
}

TEST(OnnxBytes, HaveTheShapesThatOnnxInfers) {
  const Model model = every_operator();
  onnx::ModelProto proto = written(model);
  onnx::shape_inference::InferShapes(proto);
  std::map<std::string, Shape> inferred;
  for (const auto& info : proto.graph().value_info()) inferred[info.name()] = shape_of(info);
  int checked = 0;
  for (const Node& node : model.nodes) {
    const auto found = inferred.find(node.name);
    if (found == inferred.end()) continue;  // the graph's input and output have declared shapes
    EXPECT_EQ(found->second, node.shape) << node.name;
    ++checked;
  }
  EXPECT_EQ(checked, std::ssize(model.nodes) - 2);
}

TEST(OnnxBytes, KeepNamesApartThatLookLikeThoseOfWeights) {
  Model model = every_operator();
  model.nodes[2].name = "conv.weight";
  model.nodes[3].name = "conv.linear";
  EXPECT_NO_THROW(onnx::checker::check_model(written(model)));
  EXPECT_TRUE(parse_onnx(onnx_bytes(model), "every.onnx") == model);
}

TEST(OnnxBytes, AreEqualForEqualModels) {
  EXPECT_EQ(onnx_bytes(every_operator()), onnx_bytes(every_operator()));
}

}  // namespace
}  // namespace vqrom::model
