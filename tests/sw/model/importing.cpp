// SPDX-License-Identifier: Apache-2.0
#include "tests/sw/model/importing.h"

#include "sw/model/float_evaluator.h"
#include "sw/model/import.h"

namespace vqrom::model {

Model parse(OnnxNet& net, const std::string& output) {
  return parse_onnx(net.bytes(output), "net.onnx");
}

std::vector<std::string> operators(const Model& model) {
  std::vector<std::string> names;
  for (const Node& node : model.nodes) names.push_back(op_name(node.op));
  return names;
}

std::vector<float> run(const Model& model) {
  const Node& input = model.nodes[static_cast<std::size_t>(model.input)];
  return FloatEvaluator(model).run(numbers(base::element_count(input.shape), kInputSeed));
}

OnnxNet convolution_net() {
  OnnxNet net({1, 2, 5, 5});
  net.floats("w", {3, 2, 3, 3}, numbers(54, 1));
  net.floats("b", {3}, numbers(3, 2));
  net.node("Conv", {"x", "w", "b"}, "c");
  return net;
}

}  // namespace vqrom::model
