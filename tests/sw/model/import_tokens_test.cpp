// SPDX-License-Identifier: Apache-2.0
// import_tokens_test — linear layers applied to each token are 1x1 convolutions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sw/model/importing.h"
#include "tests/sw/model/transformer_net.h"

namespace vqrom::model {
namespace {

using ::testing::ElementsAre;

// {in, out} as {out, in, 1, 1}.
std::vector<float> swapped(const std::vector<float>& values, std::size_t out) {
  std::vector<float> result;
  const std::size_t in = values.size() / out;
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t i = 0; i < in; ++i) result.push_back(values[i * out + o]);
  }
  return result;
}

// The network `patch` Conv, then a linear layer on its pixels, written as a 1x1 Conv.
OnnxNet pointwise_net() {
  OnnxNet net({1, 2, 4, 6});
  net.floats("w", {3, 2, 2, 2}, numbers(24, 1));
  net.node("Conv", {"x", "w"}, "patch").integers("strides", {2, 2});
  net.floats("k", {5, 3, 1, 1}, swapped(numbers(15, 2), 5));
  net.floats("b", {5}, numbers(5, 3));
  net.node("Conv", {"patch", "k", "b"}, "c");
  net.node("Relu", {"c"}, "r");
  net.node("GlobalAveragePool", {"r"}, "g");
  net.node("Flatten", {"g"}, "y");
  return net;
}

// The same on tokens; `layer` appends what makes the tensor "t" {1, 6, 3}.
template <typename Tokens>
OnnxNet token_net(const Tokens& tokens) {
  OnnxNet net({1, 2, 4, 6});
  net.floats("w", {3, 2, 2, 2}, numbers(24, 1));
  net.node("Conv", {"x", "w"}, "patch").integers("strides", {2, 2});
  tokens(net);
  net.floats("k", {3, 5}, numbers(15, 2));
  net.floats("b", {5}, numbers(5, 3));
  net.node("MatMul", {"t", "k"}, "m");
  net.node("Add", {"m", "b"}, "a");
  net.node("Relu", {"a"}, "r");
  net.node("ReduceMean", {"r"}, "y").integers("axes", {1}).integer("keepdims", 0);
  return net;
}

void flattened_then_transposed(OnnxNet& net) {
  net.ints("s", {1, 3, 6});
  net.node("Reshape", {"patch", "s"}, "f");
  net.node("Transpose", {"f"}, "t").integers("perm", {0, 2, 1});
}

void transposed_then_flattened(OnnxNet& net) {
  net.node("Transpose", {"patch"}, "f").integers("perm", {0, 2, 3, 1});
  net.ints("s", {1, 6, 3});
  net.node("Reshape", {"f", "s"}, "t");
}

TEST(Tokens, LinearLayerOnThemIsAPointwiseConvolution) {
  OnnxNet pointwise = pointwise_net();
  const std::vector<float> expected = run(parse(pointwise));
  for (const auto& tokens : {flattened_then_transposed, transposed_then_flattened}) {
    OnnxNet net = token_net(tokens);
    const Model model = parse(net);
    EXPECT_THAT(operators(model), ElementsAre("Input", "Conv", "Conv", "AveragePool", "Reshape"));
    EXPECT_EQ(model.nodes[2].shape, (Shape{1, 5, 2, 3}));
    EXPECT_EQ(run(model), expected);
  }
}

TEST(Tokens, TransposeBackGivesTheMap) {
  OnnxNet net = token_net(flattened_then_transposed);
  net.node("Transpose", {"r"}, "channels").integers("perm", {0, 2, 1});
  net.ints("back", {1, 5, 2, 3});
  net.node("Reshape", {"channels", "back"}, "map");
  const Model model = parse(net, "map");
  EXPECT_THAT(operators(model), ElementsAre("Input", "Conv", "Conv"));
  OnnxNet pointwise = pointwise_net();
  EXPECT_EQ(run(model), run(parse(pointwise, "r")));
}

TEST(Tokens, ResidualBlockOfAnMlpIsImportedWhole) {
  OnnxNet net = token_mlp_net();
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Conv", "Conv", "Conv", "Add", "AveragePool",
                                            "Reshape", "Linear"));
}

TEST(Tokens, NumberThatIsAddedIsTheSameForEachChannel) {
  OnnxNet net = token_net(flattened_then_transposed);
  net.floats("two", {}, {2.0F});
  net.node("Add", {"y", "two"}, "z");
  net.node("Add", {"m", "two"}, "shifted");
  net.node("ReduceMean", {"shifted"}, "s2").integers("axes", {1}).integer("keepdims", 0);
  net.node("ReduceMean", {"m"}, "s1").integers("axes", {1}).integer("keepdims", 0);
  std::vector<float> expected = run(parse(net, "s1"));
  for (float& value : expected) value += 2.0F;
  EXPECT_THAT(run(parse(net, "s2")), near(expected));
}

TEST(Tokens, WholeTransformerIsRefusedNamingWhatIsNotKnown) {
  OnnxNet net = transformer_net();
  try {
    (void)parse(net);
    FAIL();
  } catch (const base::UserError& error) {
    const std::string text = error.what();
    for (const char* part :
         {"operator LayerNormalization (node 'norm1' and 2 more)", "operator Erf (node 'gelu.erf')",
          "adds a constant of shape 1x16x32 to 1x16x32; must vary over one"}) {
      EXPECT_THAT(text, ::testing::HasSubstr(part));
    }
  }
}

}  // namespace
}  // namespace vqrom::model
