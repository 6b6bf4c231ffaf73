// SPDX-License-Identifier: Apache-2.0
#include "tests/sw/model/transformer_net.h"

#include <cmath>

#include "sw/base/random.h"

namespace vqrom::model {
namespace {

constexpr std::int64_t kWidth = kTransformerWidth;
constexpr std::int64_t kTokens = kTransformerTokens;
constexpr std::int64_t kHidden = 64;
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kPatch = 4;

std::vector<float> gaussian(std::int64_t count, std::int64_t inputs, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>(random.normal() / std::sqrt(static_cast<double>(inputs))));
  }
  return values;
}

// output = input * <output>.weight + <output>.bias, named <output>.
void linear(OnnxNet& net, const std::string& input, const std::string& output, std::int64_t in,
            std::int64_t out, std::uint64_t seed) {
  net.floats(output + ".weight", {in, out}, gaussian(in * out, in, seed));
  net.floats(output + ".bias", {out}, gaussian(out, 16, seed + 100));
  net.node("MatMul", {input, output + ".weight"}, output);
  net.node("Add", {output + ".bias", output}, output + ".biased");  // as PyTorch has them
}

void norm(OnnxNet& net, const std::string& input, const std::string& output) {
  net.floats(output + ".scale", {kWidth}, std::vector<float>(kWidth, 1.0F));
  net.floats(output + ".shift", {kWidth}, std::vector<float>(kWidth, 0.0F));
  net.node("LayerNormalization", {input, output + ".scale", output + ".shift"}, output)
      .integer("axis", -1);
}

// The tokens {1, 16, 32}, "tokens".
void patches(OnnxNet& net) {
  net.floats("patch.weight", {kWidth, 3, kPatch, kPatch},
             gaussian(kWidth * 3 * kPatch * kPatch, 3 * kPatch * kPatch, 1));
  net.node("Conv", {"x", "patch.weight"}, "patch").integers("strides", {kPatch, kPatch});
  net.ints("patch.shape", {1, kWidth, kTokens});
  net.node("Reshape", {"patch", "patch.shape"}, "patch.flat");
  net.node("Transpose", {"patch.flat"}, "tokens").integers("perm", {0, 2, 1});
}

void head(OnnxNet& net, const std::string& input) {
  net.node("ReduceMean", {input}, "mean").integers("axes", {1}).integer("keepdims", 0);
  net.floats("y.weight", {kClasses, kWidth}, gaussian(kClasses * kWidth, kWidth, 8));
  net.floats("y.bias", {kClasses}, gaussian(kClasses, 16, 108));
  net.node("Gemm", {"mean", "y.weight", "y.bias"}, "y").integer("transB", 1);
}

void attention(OnnxNet& net) {
  norm(net, "embedded", "norm1");
  linear(net, "norm1", "query", kWidth, kWidth, 2);
  linear(net, "norm1", "key", kWidth, kWidth, 3);
  linear(net, "norm1", "value", kWidth, kWidth, 4);
  net.node("Transpose", {"key.biased"}, "key.transposed").integers("perm", {0, 2, 1});
  net.node("MatMul", {"query.biased", "key.transposed"}, "scores");
  net.node("Softmax", {"scores"}, "attention").integer("axis", -1);
  net.node("MatMul", {"attention", "value.biased"}, "mixed");
  linear(net, "mixed", "projection", kWidth, kWidth, 5);
  net.node("Add", {"embedded", "projection.biased"}, "attended");
}

}  // namespace

OnnxNet transformer_net() {
  OnnxNet net({1, 3, kPatch * 4, kPatch * 4}, 17);
  patches(net);
  net.floats("position", {1, kTokens, kWidth}, gaussian(kTokens * kWidth, 16, 9));
  net.node("Add", {"tokens", "position"}, "embedded");
  attention(net);
  norm(net, "attended", "norm2");
  linear(net, "norm2", "fc1", kWidth, kHidden, 6);
  net.floats("root2", {}, {std::sqrt(2.0F)});
  net.floats("one", {}, {1.0F});
  net.floats("half", {}, {0.5F});
  net.node("Div", {"fc1.biased", "root2"}, "gelu.argument");
  net.node("Erf", {"gelu.argument"}, "gelu.erf");
  net.node("Add", {"gelu.erf", "one"}, "gelu.gate");
  net.node("Mul", {"fc1.biased", "gelu.gate"}, "gelu.product");
  net.node("Mul", {"gelu.product", "half"}, "gelu");
  linear(net, "gelu", "fc2", kHidden, kWidth, 7);
  net.node("Add", {"attended", "fc2.biased"}, "block");
  norm(net, "block", "norm3");
  head(net, "norm3");
  return net;
}

OnnxNet token_mlp_net() {
  OnnxNet net({1, 3, kPatch * 4, kPatch * 4}, 17);
  patches(net);
  linear(net, "tokens", "fc1", kWidth, kHidden, 6);
  net.node("Relu", {"fc1.biased"}, "relu");
  linear(net, "relu", "fc2", kHidden, kWidth, 7);
  net.node("Add", {"tokens", "fc2.biased"}, "block");
  head(net, "block");
  return net;
}

}  // namespace vqrom::model
