// SPDX-License-Identifier: Apache-2.0
// import_windows_test — padding, slices and pools in the forms that exporters write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sw/model/importing.h"

namespace vqrom::model {
namespace {

using ::testing::ElementsAre;

TEST(AutoPad, PutsTheOddPixelAtTheEndForUpperAndAtTheBeginningForLower) {
  const auto pads = [](const std::string& mode) {
    OnnxNet net({1, 1, 5, 6});
    net.floats("w", {1, 1, 2, 3}, numbers(6, 1));
    net.node("Conv", {"x", "w"}, "y").text("auto_pad", mode).integers("strides", {1, 2});
    const Model model = parse(net);
    return std::pair(last<Conv>(model).window.pads, model.nodes.back().shape);
  };
  EXPECT_EQ(pads("SAME_UPPER"),
            std::pair(std::array<std::int64_t, 4>{0, 0, 1, 1}, Shape{1, 1, 5, 3}));
  EXPECT_EQ(pads("SAME_LOWER"),
            std::pair(std::array<std::int64_t, 4>{1, 1, 0, 0}, Shape{1, 1, 5, 3}));
  EXPECT_EQ(pads("VALID"), std::pair(std::array<std::int64_t, 4>{0, 0, 0, 0}, Shape{1, 1, 4, 2}));
}

TEST(CeilMode, LengthensTheEndPaddingForTheLastWindow) {
  OnnxNet net({1, 1, 4, 6});
  net.node("AveragePool", {"x"}, "y")
      .integers("kernel_shape", {3, 2})
      .integers("strides", {2, 2})
      .integer("ceil_mode", 1);
  const Model model = parse(net);
  EXPECT_EQ(model.nodes.back().shape, (Shape{1, 1, 2, 3}));
  EXPECT_EQ(last<AveragePool>(model).window.pads, (std::array<std::int64_t, 4>{0, 0, 1, 0}));
}

TEST(CeilMode, AddsNoWindowThatWouldBeginInTheEndPadding) {
  OnnxNet net({1, 1, 4, 4});
  net.node("MaxPool", {"x"}, "y")
      .integers("kernel_shape", {1, 1})
      .integers("strides", {3, 5})
      .integer("ceil_mode", 1);
  EXPECT_EQ(parse(net).nodes.back().shape, (Shape{1, 1, 2, 1}));
}

TEST(Pad, OfHeightAndWidthWithZerosJoinsTheConvolution) {
  OnnxNet net({1, 2, 5, 5});
  net.ints("pads", {0, 0, 1, 2, 0, 0, 3, 4});
  net.floats("w", {3, 2, 3, 3}, numbers(54, 1));
  net.node("Pad", {"x", "pads"}, "p");
  net.node("Conv", {"p", "w"}, "y");
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Conv"));
  EXPECT_EQ(last<Conv>(model).window.pads, (std::array<std::int64_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(model.nodes.back().shape, (Shape{1, 3, 7, 9}));
}

TEST(Pad, WithOtherValuesOrOfChannelsStays) {
  OnnxNet net({1, 2, 5, 5}, 10);
  net.floats("w", {3, 4, 3, 3}, numbers(108, 1));
  net.node("Pad", {"x"}, "p").integers("pads", {0, 1, 0, 0, 0, 1, 0, 0}).real("value", 0.0F);
  net.node("Pad", {"p"}, "q").integers("pads", {0, 0, 1, 0, 0, 0, 0, 0}).real("value", 2.0F);
  net.node("Conv", {"q", "w"}, "y");
  const Model model = parse(net);
  EXPECT_THAT(operators(model), ElementsAre("Input", "Pad", "Pad", "Conv"));
  EXPECT_EQ(std::get<Pad>(model.nodes[1].op).before, (Shape{0, 1, 0, 0}));
  EXPECT_EQ(std::get<Pad>(model.nodes[2].op).value, 2.0F);
}

TEST(Pad, TakesAxesInOperatorSet18) {
  OnnxNet net({1, 2, 5, 5}, 18);
  net.ints("pads", {1, 2});
  net.ints("axes", {-3});
  net.node("Pad", {"x", "pads", "", "axes"}, "y");
  EXPECT_EQ(parse(net).nodes.back().shape, (Shape{1, 5, 5, 5}));
}

TEST(Slice, HasOneMeaningAsAttributesAndAsInputs) {
  OnnxNet old({1, 2, 6, 7}, 9);
  old.node("Slice", {"x"}, "y")
      .integers("starts", {1, -5})
      .integers("ends", {6, 9223372036854775807})
      .integers("axes", {2, 3});
  OnnxNet net({1, 2, 6, 7});
  net.ints("starts", {1, -5});
  net.ints("ends", {6, 9223372036854775807});
  net.ints("axes", {-2, 3});
  net.node("Slice", {"x", "starts", "ends", "axes"}, "y");
  EXPECT_EQ(parse(old).nodes.back().shape, (Shape{1, 2, 5, 5}));
  EXPECT_TRUE(parse(old) == parse(net));
}

TEST(ReduceMean, OverHeightAndWidthIsAnAveragePool) {
  OnnxNet global({1, 3, 4, 5});
  global.node("GlobalAveragePool", {"x"}, "y");
  const std::vector<float> expected = run(parse(global));

  OnnxNet kept({1, 3, 4, 5});
  kept.node("ReduceMean", {"x"}, "y").integers("axes", {2, 3});
  EXPECT_EQ(parse(kept).nodes.back().shape, (Shape{1, 3, 1, 1}));
  EXPECT_EQ(run(parse(kept)), expected);

  OnnxNet dropped({1, 3, 4, 5}, 18);
  dropped.ints("axes", {-1, -2});
  dropped.node("ReduceMean", {"x", "axes"}, "y").integer("keepdims", 0);
  EXPECT_THAT(operators(parse(dropped)), ElementsAre("Input", "AveragePool", "Reshape"));
  EXPECT_EQ(parse(dropped).nodes.back().shape, (Shape{1, 3}));
  EXPECT_EQ(run(parse(dropped)), expected);
}

}  // namespace
}  // namespace vqrom::model
