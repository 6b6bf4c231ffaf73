// SPDX-License-Identifier: Apache-2.0
// float_evaluator_test — each operator against its definition, written out pixel by pixel.
#include "sw/model/float_evaluator.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/random.h"
#include "tests/sw/model/onnx_net.h"
#include "tests/sw/model/sample_models.h"

namespace vqrom::model {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::Pointwise;

// Input -> op; runs the one node.
std::vector<float> run_one(const Shape& in, const Op& op, const Shape& out,
                           const std::vector<float>& input) {
  Model model;
  model.nodes = {{"input", Input{}, {}, in}, {"node", op, {0}, out}};
  model.output = 1;
  return FloatEvaluator(model).run(input);
}

// Calls visit(pixel value) for each real pixel under the window of output (row, column), with the
// position of the tap in the kernel.
template <typename Visit>
void visit_window(const Window& w, const Shape& in, const std::vector<float>& map,
                  std::int64_t channel, std::int64_t row, std::int64_t column, const Visit& visit) {
  for (std::int64_t y = 0; y < w.kernel[0]; ++y) {
    for (std::int64_t x = 0; x < w.kernel[1]; ++x) {
      const std::int64_t r = row * w.stride[0] + y * w.dilation[0] - w.pads[0];
      const std::int64_t c = column * w.stride[1] + x * w.dilation[1] - w.pads[1];
      if (r < 0 || r >= in[2] || c < 0 || c >= in[3]) continue;
      visit(map[static_cast<std::size_t>((channel * in[2] + r) * in[3] + c)], y, x);
    }
  }
}

Shape output_shape(const Window& w, const Shape& in, std::int64_t channels) {
  Shape out = {1, channels, 0, 0};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t room = in[axis + 2] + w.pads[axis] + w.pads[axis + 2] -
                              (w.kernel[axis] - 1) * w.dilation[axis] - 1;
    out[axis + 2] = room / w.stride[axis] + 1;
  }
  return out;
}

std::vector<float> convolved(const Conv& op, const Shape& in, const std::vector<float>& map) {
  const Shape out = output_shape(op.window, in, op.out_channels);
  const std::int64_t in_step = op.in_channels / op.groups;
  const std::int64_t out_step = op.out_channels / op.groups;
  std::vector<float> result;
  for (std::int64_t o = 0; o < out[1]; ++o) {
    for (std::int64_t row = 0; row < out[2]; ++row) {
      for (std::int64_t column = 0; column < out[3]; ++column) {
        double sum = op.bias[static_cast<std::size_t>(o)];
        for (std::int64_t i = 0; i < in_step; ++i) {
          visit_window(op.window, in, map, o / out_step * in_step + i, row, column,
                       [&](float value, std::int64_t y, std::int64_t x) {
                         const std::int64_t at =
                             ((o * in_step + i) * op.window.kernel[0] + y) * op.window.kernel[1] +
                             x;
                         sum += double{value} * op.weights[static_cast<std::size_t>(at)];
                       });
        }
        result.push_back(static_cast<float>(sum));
      }
    }
  }
  return result;
}

void check_convolution(const Shape& in, Conv op) {
  op.in_channels = in[1];
  op.weights = numbers(
      op.out_channels * op.in_channels / op.groups * op.window.kernel[0] * op.window.kernel[1], 1);
  op.bias = numbers(op.out_channels, 2);
  const std::vector<float> input = numbers(base::element_count(in), 3);
  EXPECT_THAT(run_one(in, op, output_shape(op.window, in, op.out_channels), input),
              Pointwise(FloatNear(1e-4F), convolved(op, in, input)));
}

Conv convolution(std::int64_t out, std::int64_t groups, const Window& window) {
  Conv op;
  op.out_channels = out;
  op.groups = groups;
  op.window = window;
  return op;
}

TEST(Convolution, OfOnePixelWindowsMatchesItsDefinition) {
  check_convolution({1, 5, 4, 6}, convolution(7, 1, {}));
}

TEST(Convolution, LargerThanOneTileOfUnfoldedWindowsMatchesItsDefinition) {
  check_convolution({1, 32, 37, 29}, convolution(4, 1, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}));
}

TEST(Convolution, WithMorePaddingThanKernelMatchesItsDefinition) {
  check_convolution({1, 2, 3, 2}, convolution(3, 1, {{2, 3}, {2, 3}, {1, 1}, {5, 7, 4, 6}}));
}

TEST(Convolution, OfAnyWindowAndGroupsMatchesItsDefinition) {
  constexpr std::uint64_t kSeed = 11;
  base::Random random(kSeed);
  for (int trial = 0; trial < 300; ++trial) {
    SCOPED_TRACE(fmt::format("seed {}, trial {}", kSeed, trial));
    const std::int64_t groups = random.between(1, 4);
    const Shape in = {1, groups * random.between(1, 3), random.between(4, 12),
                      random.between(4, 12)};
    Window window;
    for (std::size_t axis = 0; axis < 2; ++axis) {
      window.kernel[axis] = random.between(1, 4);
      window.stride[axis] = random.between(1, 3);
      window.dilation[axis] = random.between(1, 2);
      window.pads[axis] = random.between(0, 3);
      window.pads[axis + 2] = random.between(0, 3);
      const std::int64_t span = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
      window.pads[axis] = std::max(window.pads[axis], span - in[axis + 2]);
    }
    check_convolution(in, convolution(groups * random.between(1, 3), groups, window));
    if (HasFailure()) return;
  }
}

TEST(Convolution, AppliesItsActivationLast) {
  Conv op = convolution(1, 1, {});
  op.in_channels = 1;
  op.weights = {2.0F};
  op.bias = {-1.0F};
  op.activation = {0.0F, 6.0F};
  EXPECT_THAT(run_one({1, 1, 1, 4}, op, {1, 1, 1, 4}, {0.0F, 1.0F, 2.0F, 9.0F}),
              ElementsAre(0, 1, 3, 6));
}

TEST(MaxPool, NeverTakesThePadding) {
  const MaxPool op{{{2, 2}, {2, 2}, {1, 1}, {1, 1, 1, 1}}};
  EXPECT_THAT(run_one({1, 1, 2, 2}, op, {1, 1, 2, 2}, {-1.0F, -2.0F, -3.0F, -4.0F}),
              ElementsAre(-1, -2, -3, -4));
}

TEST(MaxPool, SkipsPixelsBetweenDilatedTaps) {
  const MaxPool op{{{1, 2}, {1, 1}, {1, 2}, {0, 0, 0, 0}}};
  EXPECT_THAT(run_one({1, 1, 1, 4}, op, {1, 1, 1, 2}, {1.0F, 9.0F, 3.0F, 4.0F}), ElementsAre(3, 9));
}

TEST(AveragePool, DividesByRealPixelsOrByTheWholeWindow) {
  const Window window{{1, 2}, {1, 2}, {1, 1}, {0, 1, 0, 1}};
  const std::vector<float> input = {2.0F, 4.0F, 6.0F, 8.0F};
  EXPECT_THAT(run_one({1, 1, 1, 4}, AveragePool{window, false}, {1, 1, 1, 3}, input),
              ElementsAre(2, 5, 8));
  EXPECT_THAT(run_one({1, 1, 1, 4}, AveragePool{window, true}, {1, 1, 1, 3}, input),
              ElementsAre(1, 5, 4));
}

TEST(Slice, TakesEveryStepOfEachAxis) {
  const Slice op{{0, 1, 0, 1}, {1, 2, 2, 4}, {1, 1, 1, 2}};
  EXPECT_THAT(run_one({1, 2, 2, 4}, op, {1, 1, 2, 2},
                      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
              ElementsAre(9, 11, 13, 15));
}

TEST(Pad, FillsAroundTheMap) {
  const Pad op{{0, 0, 1, 0}, {0, 0, 0, 2}, 7.0F};
  EXPECT_THAT(run_one({1, 1, 1, 2}, op, {1, 1, 2, 4}, {1.0F, 2.0F}),
              ElementsAre(7, 7, 7, 7, 1, 2, 7, 7));
}

TEST(Concat, JoinsAlongAnyAxis) {
  Model model;
  model.nodes = {{"input", Input{}, {}, {1, 2, 1, 2}},
                 {"clamp", Clamp{{0.0F, 2.0F}}, {0}, {1, 2, 1, 2}},
                 {"channels", Concat{1}, {0, 1}, {1, 4, 1, 2}},
                 {"columns", Concat{3}, {0, 1}, {1, 2, 1, 4}}};
  const auto values = FloatEvaluator(model).run_all(std::vector<float>{1, 2, 3, 4});
  EXPECT_THAT(values[2], ElementsAre(1, 2, 3, 4, 1, 2, 2, 2));
  EXPECT_THAT(values[3], ElementsAre(1, 2, 1, 2, 3, 4, 2, 2));
}

TEST(Linear, MultipliesRowsAndAddsTheBias) {
  Linear op;
  op.out_features = 2;
  op.in_features = 3;
  op.weights = {1, 2, 3, 4, 5, 6};
  op.bias = {10, -100};
  op.activation = {0.0F, std::numeric_limits<float>::infinity()};
  EXPECT_THAT(run_one({1, 3}, op, {1, 2}, {1, 1, 2}), ElementsAre(19, 0));
}

TEST(Softmax, IsStableForLargeValues) {
  EXPECT_THAT(run_one({1, 3}, Softmax{}, {1, 3}, {1000.0F, 1000.0F, -1000.0F}),
              ElementsAre(0.5F, 0.5F, 0.0F));
}

TEST(FloatEvaluator, GivesTheSameWithAndWithoutKeepingEveryTensor) {
  const Model model = every_operator();
  const std::vector<float> input = numbers(128, 1);
  const FloatEvaluator evaluator(model);
  const auto all = evaluator.run_all(input);
  ASSERT_EQ(all.size(), model.nodes.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(std::ssize(all[i]), base::element_count(model.nodes[i].shape));
  }
  EXPECT_EQ(evaluator.run(input), all.back());
}

TEST(FloatEvaluator, StopsAtAnOutputThatIsNotTheLastNode) {
  Model model = every_operator();
  model.output = 4;
  const std::vector<float> input = numbers(128, 1);
  const FloatEvaluator evaluator(model);
  EXPECT_EQ(evaluator.run(input), evaluator.run_all(input)[4]);
}

}  // namespace
}  // namespace vqrom::model
