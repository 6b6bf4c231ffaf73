// SPDX-License-Identifier: Apache-2.0
#include "tests/sw/model/sample_models.h"

#include <limits>

#include "sw/base/random.h"

namespace vqrom::model {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> numbers(std::int64_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.uniform(-0.5, 0.5));
  return values;
}

Conv conv(std::int64_t out, std::int64_t in, std::int64_t groups, const Window& window,
          Activation activation) {
  Conv op;
  op.window = window;
  op.groups = groups;
  op.out_channels = out;
  op.in_channels = in;
  op.weights = numbers(out * in / groups * window.kernel[0] * window.kernel[1], 1);
  op.bias = numbers(out, 2);
  op.activation = activation;
  return op;
}

Linear linear(std::int64_t out, std::int64_t in) {
  Linear op;
  op.out_features = out;
  op.in_features = in;
  op.weights = numbers(out * in, 3);
  op.bias = numbers(out, 4);
  return op;
}

}  // namespace

Model every_operator() {
  const Window same{{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}};
  const Window dilated{{3, 2}, {1, 2}, {2, 1}, {2, 0, 2, 1}};
  const Window half{{2, 3}, {2, 1}, {1, 1}, {0, 1, 0, 1}};
  const Window whole{{4, 4}, {1, 1}, {1, 1}, {0, 0, 0, 0}};
  Model model;
  model.name = "every";
  model.nodes = {
      {"input", Input{}, {}, {1, 2, 8, 8}},
      {"conv", conv(4, 2, 1, same, {0.0F, kInfinity}), {0}, {1, 4, 8, 8}},
      {"dilated", conv(8, 4, 2, dilated, {0.0F, 6.0F}), {1}, {1, 8, 8, 4}},
      {"depthwise", conv(4, 4, 4, same, {}), {1}, {1, 4, 8, 8}},
      {"add", Add{{-kInfinity, 1.0F}}, {1, 3}, {1, 4, 8, 8}},
      {"max", MaxPool{half}, {4}, {1, 4, 4, 8}},
      {"slice", Slice{{0, 1, 0, 1}, {1, 4, 4, 8}, {1, 2, 1, 2}}, {5}, {1, 2, 4, 4}},
      {"pad", Pad{{0, 1, 0, 0}, {0, 2, 0, 0}, 0.25F}, {6}, {1, 5, 4, 4}},
      {"average", AveragePool{half, true}, {2}, {1, 8, 4, 4}},
      {"edge", AveragePool{same, false}, {8}, {1, 8, 4, 4}},
      {"concat", Concat{1}, {7, 9}, {1, 13, 4, 4}},
      {"clamp", Clamp{{-0.5F, 0.5F}}, {10}, {1, 13, 4, 4}},
      {"global", AveragePool{whole, false}, {11}, {1, 13, 1, 1}},
      {"flatten", Reshape{}, {12}, {1, 13}},
      {"fc", linear(6, 13), {13}, {1, 6}},
      {"map", Reshape{}, {14}, {1, 2, 1, 3}},
      {"edges", MaxPool{{{1, 2}, {1, 1}, {1, 2}, {0, 1, 0, 1}}}, {15}, {1, 2, 1, 3}},
      {"relu", Clamp{{0.0F, kInfinity}}, {16}, {1, 2, 1, 3}},
      {"sigmoid", Curve{CurveKind::kSigmoid}, {17}, {1, 2, 1, 3}},
      {"tanh", Curve{CurveKind::kTanh}, {18}, {1, 2, 1, 3}},
      {"leaky", Curve{CurveKind::kLeakyRelu, 0.125F}, {19}, {1, 2, 1, 3}},
      {"elu", Curve{CurveKind::kElu, 0.5F}, {20}, {1, 2, 1, 3}},
      {"hard", Curve{CurveKind::kHardSigmoid, 0.25F, 0.375F}, {21}, {1, 2, 1, 3}},
      {"swish", Curve{CurveKind::kHardSwish, 0.125F, 0.5F}, {22}, {1, 2, 1, 3}},
      {"silu", Curve{CurveKind::kSilu}, {23}, {1, 2, 1, 3}},
      {"vector", Reshape{}, {24}, {1, 6}},
      {"softmax", Softmax{}, {25}, {1, 6}},
  };
  model.output = 26;
  return model;
}

}  // namespace vqrom::model
