// SPDX-License-Identifier: Apache-2.0
#include "sw/example/trainer.h"

#include <cmath>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "sw/base/error.h"
#include "sw/base/progress.h"
#include "sw/example/glyphs.h"

namespace vqrom::example {
namespace {

constexpr double kBatchNormEpsilon = 1e-5;

torch::Tensor clamp(const torch::Tensor& x, const model::Activation& activation) {
  if (activation == model::Activation{}) return x;
  if (activation.low == 0.0F && std::isinf(activation.high)) return torch::relu(x);
  return torch::clamp(x, activation.low, activation.high);
}

std::vector<float> values_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

// A Model whose layers have trainable parameters; it runs batches by walking the graph.
class Network : public torch::nn::Module {
 public:
  explicit Network(model::Model graph) : graph_(std::move(graph)) {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const std::string& name = graph_.nodes[i].name;
      if (const auto* conv = std::get_if<model::Conv>(&graph_.nodes[i].op)) {
        VQROM_CHECK(conv->window.pads[0] == conv->window.pads[2] &&
                        conv->window.pads[1] == conv->window.pads[3],
                    "{}: uneven padding", name);
        const model::Window& window = conv->window;
        convs_.emplace(
            i, register_module(
                   name,
                   torch::nn::Conv2d(torch::nn::Conv2dOptions(conv->in_channels, conv->out_channels,
                                                              {window.kernel[0], window.kernel[1]})
                                         .stride({window.stride[0], window.stride[1]})
                                         .padding({window.pads[0], window.pads[1]})
                                         .dilation({window.dilation[0], window.dilation[1]})
                                         .groups(conv->groups)
                                         .bias(false))));
        norms_.emplace(
            i, register_module(
                   name + "_norm",
                   torch::nn::BatchNorm2d(
                       torch::nn::BatchNorm2dOptions(conv->out_channels).eps(kBatchNormEpsilon))));
      } else if (const auto* linear = std::get_if<model::Linear>(&graph_.nodes[i].op)) {
        linears_.emplace(
            i, register_module(name, torch::nn::Linear(linear->in_features, linear->out_features)));
      }
    }
  }

  torch::Tensor forward(const torch::Tensor& batch) {
    std::vector<torch::Tensor> outputs;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      outputs.push_back(i == static_cast<std::size_t>(graph_.input) ? batch : run(i, outputs));
    }
    return outputs[static_cast<std::size_t>(graph_.output)];
  }

  // The graph with the trained weights, batch normalisation folded: w' = w g / s, b' = b - m g / s.
  [[nodiscard]] model::Model folded() const {
    const torch::NoGradGuard no_grad;
    model::Model result = graph_;
    for (const auto& [i, layer] : convs_) {
      auto& conv = std::get<model::Conv>(result.nodes[i].op);
      const auto& norm = norms_.at(i);
      const torch::Tensor gain = norm->weight / torch::sqrt(norm->running_var + kBatchNormEpsilon);
      conv.weights = values_of(layer->weight * gain.reshape({-1, 1, 1, 1}));
      conv.bias = values_of(norm->bias - norm->running_mean * gain);
    }
    for (const auto& [i, layer] : linears_) {
      auto& linear = std::get<model::Linear>(result.nodes[i].op);
      linear.weights = values_of(layer->weight);
      linear.bias = values_of(layer->bias);
    }
    return result;
  }

 private:
  torch::Tensor run(std::size_t i, const std::vector<torch::Tensor>& outputs) {
    const model::Node& node = graph_.nodes[i];
    const torch::Tensor& x = outputs[static_cast<std::size_t>(node.inputs[0])];
    if (const auto* conv = std::get_if<model::Conv>(&node.op)) {
      return clamp(norms_.at(i)(convs_.at(i)(x)), conv->activation);
    }
    if (const auto* linear = std::get_if<model::Linear>(&node.op)) {
      return clamp(linears_.at(i)(x), linear->activation);
    }
    if (const auto* add = std::get_if<model::Add>(&node.op)) {
      return clamp(x + outputs[static_cast<std::size_t>(node.inputs[1])], add->activation);
    }
    if (const auto* pool = std::get_if<model::MaxPool>(&node.op)) {
      return torch::max_pool2d(x, pool->window.kernel, pool->window.stride);
    }
    if (const auto* pool = std::get_if<model::AveragePool>(&node.op)) {
      return torch::avg_pool2d(x, pool->window.kernel, pool->window.stride);
    }
    VQROM_CHECK(std::holds_alternative<model::Reshape>(node.op), "{} is not trainable", node.name);
    return x.flatten(1);
  }

  model::Model graph_;
  std::map<std::size_t, torch::nn::Conv2d> convs_;
  std::map<std::size_t, torch::nn::BatchNorm2d> norms_;
  std::map<std::size_t, torch::nn::Linear> linears_;
};

struct Batch {
  torch::Tensor pictures;  // float [n][1][24][24]
  torch::Tensor labels;    // int64 [n]
};

Batch draw_batch(std::uint32_t seed, std::int64_t first, std::int64_t count) {
  Glyphs glyphs = draw_glyphs(seed, first, count);
  const torch::Tensor pixels = torch::from_blob(
      glyphs.images.bytes.data(), {count, 1, kPictureSize, kPictureSize}, torch::kUInt8);
  const torch::Tensor labels = torch::from_blob(glyphs.labels.bytes.data(), {count}, torch::kUInt8);
  return {(pixels.to(torch::kFloat32) - kPixelMean) / kPixelStd, labels.to(torch::kInt64)};
}

double accuracy(const torch::Tensor& logits, const torch::Tensor& labels) {
  return logits.argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>();
}

double calibration_accuracy(Network& network) {
  constexpr std::int64_t kPictures = 1000;
  const torch::NoGradGuard no_grad;
  network.eval();
  const Batch batch = draw_batch(kCalibrationSeed, 0, kPictures);
  const double result = accuracy(network.forward(batch.pictures), batch.labels);
  network.train();
  return result;
}

}  // namespace

model::Model train(const model::Model& graph, const TrainingOptions& options,
                   const std::function<void(const EpochResult&)>& on_epoch) {
  VQROM_CHECK(options.pictures_per_epoch % options.batch_size == 0, "{} pictures in batches of {}",
              options.pictures_per_epoch, options.batch_size);
  torch::set_num_threads(1);
  torch::manual_seed(options.seed);
  at::globalContext().setDeterministicAlgorithms(true, false);
  Network network(graph);
  torch::optim::AdamW optimiser(
      network.parameters(),
      torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
  const std::int64_t batches = options.pictures_per_epoch / options.batch_size;
  const std::int64_t steps = batches * options.epochs;
  std::int64_t step = 0;
  base::Progress progress(fmt::format("training {}", graph.name), steps);
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    EpochResult result{epoch};
    for (std::int64_t i = 0; i < batches; ++i, ++step) {
      const double part = static_cast<double>(step) / static_cast<double>(steps);
      static_cast<torch::optim::AdamWOptions&>(optimiser.param_groups()[0].options())
          .lr(options.learning_rate * 0.5 * (1.0 + std::cos(std::numbers::pi * part)));
      const Batch batch = draw_batch(kTrainingSeed, step * options.batch_size, options.batch_size);
      const torch::Tensor logits = network.forward(batch.pictures);
      const torch::Tensor loss = torch::nn::functional::cross_entropy(logits, batch.labels);
      optimiser.zero_grad();
      loss.backward();
      optimiser.step();
      result.loss += loss.item<double>() / static_cast<double>(batches);
      result.training_accuracy += accuracy(logits, batch.labels) / static_cast<double>(batches);
      progress.advance();
    }
    result.calibration_accuracy = calibration_accuracy(network);
    progress.remark(fmt::format("loss {:.3f}, accuracy {:.1f} %", result.loss,
                                100.0 * result.calibration_accuracy));
    on_epoch(result);
  }
  return network.folded();
}

}  // namespace vqrom::example
