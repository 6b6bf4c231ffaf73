// SPDX-License-Identifier: Apache-2.0
// import_transpose_test — a channel-last network equals the same network in NCHW.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sw/model/importing.h"

namespace vqrom::model {
namespace {

using ::testing::ElementsAre;

// {1, C, H, W} values as {1, H, W, C}.
std::vector<float> channel_last(const std::vector<float>& values, std::size_t channels) {
  const std::size_t pixels = values.size() / channels;
  std::vector<float> result;
  for (std::size_t p = 0; p < pixels; ++p) {
    for (std::size_t c = 0; c < channels; ++c) result.push_back(values[c * pixels + p]);
  }
  return result;
}

TEST(Transpose, OfAChannelLastInputAndAroundOperatorsVanishes) {
  OnnxNet net({1, 5, 5, 2});  // as tf2onnx writes it
  net.floats("w", {3, 2, 3, 3}, numbers(54, 1));
  net.floats("b", {3}, numbers(3, 2));
  net.node("Transpose", {"x"}, "t").integers("perm", {0, 3, 1, 2});
  net.node("Conv", {"t", "w", "b"}, "c");
  net.node("Transpose", {"c"}, "u").integers("perm", {0, 2, 3, 1});
  net.floats("k", {3}, {1.0F, 2.0F, 3.0F});
  net.node("Add", {"u", "k"}, "a");
  net.node("Relu", {"a"}, "r");
  net.node("Transpose", {"r"}, "v").integers("perm", {0, 3, 1, 2});
  net.node("GlobalAveragePool", {"v"}, "y");
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Conv", "AveragePool"));
  EXPECT_EQ(model.nodes[0].shape, (Shape{1, 2, 5, 5}));

  OnnxNet plain = convolution_net();
  plain.floats("k", {3, 1, 1}, {1.0F, 2.0F, 3.0F});
  plain.node("Add", {"c", "k"}, "a");
  plain.node("Relu", {"a"}, "r");
  plain.node("GlobalAveragePool", {"r"}, "y");
  EXPECT_EQ(run(model), run(parse(plain)));
}

TEST(Transpose, BeforeAFlattenAndAGemmMovesTheWeightsColumns) {
  // As above up to "u", {1, 3, 3, 3} channel-last, then a Linear over its 27 features.
  OnnxNet net = convolution_net();
  net.floats("k", {27, 2}, numbers(54, 5));
  net.node("Transpose", {"c"}, "u").integers("perm", {0, 2, 3, 1});
  net.node("Flatten", {"u"}, "f");
  net.node("Gemm", {"f", "k"}, "y");
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Conv", "Reshape", "Linear"));

  const std::vector<float> features = channel_last(run(parse(net, "c")), 3);
  const std::vector<float> weight = numbers(54, 5);
  std::vector<float> expected(2, 0.0F);
  for (std::size_t i = 0; i < 54; ++i) expected[i % 2] += features[i / 2] * weight[i];
  EXPECT_THAT(run(model), near(expected));
}

TEST(Transpose, BeforeAMatMulMakesItAPointwiseConvolution) {
  OnnxNet net({1, 2, 3, 3});
  net.floats("w", {2, 4}, numbers(8, 1));
  net.node("Transpose", {"x"}, "t").integers("perm", {0, 2, 3, 1});
  net.node("MatMul", {"t", "w"}, "m");
  net.node("Transpose", {"m"}, "y").integers("perm", {0, 3, 1, 2});
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Conv"));
  const std::vector<float> x = numbers(18, kInputSeed);
  const std::vector<float> w = numbers(8, 1);
  std::vector<float> expected;
  for (std::size_t o = 0; o < 4; ++o) {
    for (std::size_t p = 0; p < 9; ++p) expected.push_back(x[p] * w[o] + x[9 + p] * w[4 + o]);
  }
  EXPECT_THAT(run(model), near(expected));
}

TEST(Transpose, AroundConcatSliceAndPadMovesTheirAxes) {
  OnnxNet net({1, 2, 3, 4});
  net.node("Transpose", {"x"}, "t").integers("perm", {0, 2, 3, 1});  // {1, 3, 4, 2}
  net.node("Concat", {"t", "t"}, "c").integer("axis", -1);           // {1, 3, 4, 4}
  net.ints("starts", {1});
  net.ints("ends", {3});
  net.ints("axes", {2});
  net.node("Slice", {"c", "starts", "ends", "axes"}, "s");  // {1, 3, 2, 4}
  net.ints("pads", {0, 0, 0, 0, 0, 1, 0, 0});
  net.node("Pad", {"s", "pads"}, "p");  // {1, 4, 2, 4}
  net.node("Transpose", {"p"}, "y").integers("perm", {0, 3, 1, 2});
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Concat", "Slice", "Pad"));
  EXPECT_EQ(model.nodes.back().shape, (Shape{1, 4, 4, 2}));
  EXPECT_EQ(std::get<Concat>(model.nodes[1].op).axis, 1);
  EXPECT_EQ(std::get<Slice>(model.nodes[2].op).starts, (Shape{0, 0, 0, 1}));
  EXPECT_EQ(last<Pad>(model).after, (Shape{0, 0, 1, 0}));
}

TEST(Transpose, OfAConstantWeightIsComputed) {
  OnnxNet net({1, 4});
  net.floats("w", {2, 4}, numbers(8, 1));
  net.node("Transpose", {"w"}, "t");
  net.node("MatMul", {"x", "t"}, "y");
  EXPECT_THAT(last<Linear>(parse(net)).weights, near(numbers(8, 1)));
}

}  // namespace
}  // namespace vqrom::model
