// SPDX-License-Identifier: Apache-2.0
#include "sw/example/architectures.h"

#include <limits>
#include <string>
#include <utility>

#include "sw/base/error.h"
#include "sw/example/glyphs.h"

namespace vqrom::example {
namespace {

using base::Shape;
using model::Activation;
using model::Model;
using model::Node;
using model::Window;

constexpr Activation kLinear{};
constexpr Activation kRelu{0.0F, std::numeric_limits<float>::infinity()};

// Appends nodes; each function returns the index of the node that it made.
class Builder {
 public:
  explicit Builder(std::string name) {
    model_.name = std::move(name);
    add("picture", model::Input{}, {}, {1, 1, kPictureSize, kPictureSize});
  }

  // Odd square kernel, padded so that only the stride changes the map's size.
  int conv(std::string name, int input, std::int64_t channels, std::int64_t kernel,
           std::int64_t stride, Activation activation) {
    const Shape& in = shape(input);
    const std::int64_t pad = kernel / 2;
    model::Conv conv;
    conv.window = Window{{kernel, kernel}, {stride, stride}, {1, 1}, {pad, pad, pad, pad}};
    conv.out_channels = channels;
    conv.in_channels = in[1];
    conv.weights.resize(static_cast<std::size_t>(channels * in[1] * kernel * kernel));
    conv.bias.resize(static_cast<std::size_t>(channels));
    conv.activation = activation;
    Shape out{1, channels, (in[2] - 1) / stride + 1, (in[3] - 1) / stride + 1};
    return add(std::move(name), std::move(conv), {input}, std::move(out));
  }
  int linear(std::string name, int input, std::int64_t features, Activation activation) {
    const std::int64_t in = shape(input)[1];
    model::Linear linear{features, in, {}, {}, activation};
    linear.weights.resize(static_cast<std::size_t>(features * in));
    linear.bias.resize(static_cast<std::size_t>(features));
    return add(std::move(name), std::move(linear), {input}, {1, features});
  }
  int max_pool(std::string name, int input) {
    const Shape& in = shape(input);
    Shape out{1, in[1], in[2] / 2, in[3] / 2};
    return add(std::move(name), model::MaxPool{{{2, 2}, {2, 2}}}, {input}, std::move(out));
  }
  int global_average_pool(std::string name, int input) {
    const Shape& in = shape(input);
    return add(std::move(name), model::AveragePool{{{in[2], in[3]}}}, {input}, {1, in[1], 1, 1});
  }
  int flatten(std::string name, int input) {
    return add(std::move(name), model::Reshape{}, {input}, {1, base::element_count(shape(input))});
  }
  // Two 3x3 convolutions beside the identity, or beside a 1x1 convolution where the shape changes.
  int residual_block(const std::string& name, int input, std::int64_t channels,
                     std::int64_t stride) {
    const int first = conv(name + "_conv1", input, channels, 3, stride, kRelu);
    const int second = conv(name + "_conv2", first, channels, 3, 1, kLinear);
    const int shortcut = shape(input) == shape(second)
                             ? input
                             : conv(name + "_shortcut", input, channels, 1, stride, kLinear);
    return add(name + "_add", model::Add{kRelu}, {second, shortcut}, shape(second));
  }

  [[nodiscard]] Model finish() {
    model_.output = static_cast<int>(model_.nodes.size()) - 1;
    return std::move(model_);
  }

 private:
  [[nodiscard]] const Shape& shape(int node) const {
    return model_.nodes[static_cast<std::size_t>(node)].shape;
  }
  int add(std::string name, model::Op op, std::vector<int> inputs, Shape shape) {
    model_.nodes.push_back(
        Node{std::move(name), std::move(op), std::move(inputs), std::move(shape)});
    return static_cast<int>(model_.nodes.size()) - 1;
  }

  Model model_;
};

Model make_resnet() {
  Builder net("glyphs_resnet");
  int x = net.conv("stem", 0, 16, 3, 1, kRelu);
  x = net.residual_block("block1", x, 16, 1);
  x = net.residual_block("block2", x, 32, 2);
  x = net.residual_block("block3", x, 48, 2);
  x = net.global_average_pool("pool", x);
  x = net.flatten("flatten", x);
  net.linear("classifier", x, kClassCount, kLinear);
  return net.finish();
}

Model make_plain() {
  Builder net("glyphs_plain");
  int x = net.conv("conv1", 0, 16, 5, 1, kRelu);
  x = net.max_pool("pool1", x);
  x = net.conv("conv2", x, 24, 3, 1, kRelu);
  x = net.max_pool("pool2", x);
  x = net.conv("conv3", x, 16, 3, 1, kRelu);
  x = net.flatten("flatten", x);
  x = net.linear("features", x, 64, kRelu);
  net.linear("classifier", x, kClassCount, kLinear);
  return net.finish();
}

}  // namespace

const std::vector<std::string>& architecture_names() {
  static const std::vector<std::string> kNames = {"plain", "resnet"};
  return kNames;
}

Model make_architecture(std::string_view name) {
  VQROM_CHECK(name == "resnet" || name == "plain", "architecture '{}'", name);
  return name == "resnet" ? make_resnet() : make_plain();
}

}  // namespace vqrom::example
