// SPDX-License-Identifier: Apache-2.0
#include "sw/model/weight_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/model/import.h"
#include "sw/model/onnx_write.h"
#include "tests/sw/model/importing.h"
#include "tests/sw/model/transformer_net.h"

namespace vqrom::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

WeightPool transformer() {
  OnnxNet net = transformer_net();
  return parse_weights(net.bytes("y"), "vit.onnx");
}

TEST(WeightPool, HoldsEveryLayerOfATransformer) {
  const WeightPool pool = transformer();
  EXPECT_EQ(pool.model.name, "vit");
  EXPECT_THAT(operators(pool.model), ElementsAre("Input", "Conv", "Linear", "Linear", "Linear",
                                                 "Linear", "Linear", "Linear", "Linear"));
  std::vector<std::string> names;
  for (const Node& node : pool.model.nodes) names.push_back(node.name);
  EXPECT_THAT(names,
              ElementsAre("x", "patch", "query", "key", "value", "projection", "fc1", "fc2", "y"));
  EXPECT_THAT(pool.others, ElementsAre("Add", "Div", "Erf", "LayerNormalization", "MatMul", "Mul",
                                       "ReduceMean", "Reshape", "Softmax", "Transpose"));
  const std::string table = weight_table(pool);
  EXPECT_THAT(table, HasSubstr("\nkey                                      Linear                "
                               "32x32         1024\n"));
  EXPECT_THAT(table, HasSubstr("       10048\n"));  // 1536 + 4 * 1024 + 2 * 2048 + 320
}

TEST(WeightPool, MatMulAndItsAddEqualTheGemmThatTheyAre) {
  OnnxNet net({1, 3});
  net.floats("w", {3, 2}, {1, 2, 3, 4, 5, 6});
  net.floats("b", {2}, {7, 8});
  net.node("MatMul", {"x", "w"}, "m");
  net.node("Add", {"m", "b"}, "a");
  net.floats("v", {4, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  net.floats("c", {4}, {1, 2, 3, 4});
  net.node("Gemm", {"a", "v", "c"}, "y").integer("transB", 1).real("alpha", 2).real("beta", 3);
  const WeightPool pool = parse_weights(net.bytes("y"), "n");
  const Model model = parse(net);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(std::get<Linear>(pool.model.nodes[i].op), std::get<Linear>(model.nodes[i].op));
  }
}

TEST(WeightPool, LayerIsANetworkOfItsOwn) {
  const WeightPool pool = transformer();
  const Model tokens = layer_network(pool, "fc1", kTransformerTokens);
  EXPECT_EQ(tokens.nodes[0].shape, (Shape{1, 32, 1, 16}));
  EXPECT_EQ(parse_onnx(onnx_bytes(tokens), "fc1").nodes, tokens.nodes);
  const Model vector = layer_network(pool, "fc1", 1);
  EXPECT_EQ(vector.nodes[1].op, pool.model.nodes[6].op);
  EXPECT_EQ(std::get<Conv>(tokens.nodes[1].op).weights,
            std::get<Linear>(vector.nodes[1].op).weights);
}

TEST(WeightPool, NamesTheLayersThatThereAre) {
  try {
    (void)layer_network(transformer(), "patch", 4);
    FAIL();
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("error[onnx.layer]: vit: has no linear layer 'patch'; must "
                                        "be one of query, key, value, projection, fc1, fc2, y"));
  }
}

TEST(WeightPool, RefusesANetworkWithoutWeights) {
  OnnxNet net({1, 3});
  net.node("Relu", {"x"}, "y");
  EXPECT_THROW((void)parse_weights(net.bytes("y"), "n"), base::UserError);
}

}  // namespace
}  // namespace vqrom::model
