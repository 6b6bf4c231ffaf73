// SPDX-License-Identifier: Apache-2.0
#include "sw/golden/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/base/sha256.h"
#include "sw/model/float_evaluator.h"
#include "sw/model/weight_order.h"

namespace vqrom::golden {
namespace {

using compress::QNode;

constexpr std::int64_t kClassesForTop5 = 10;

const QNode& output_node(const Executor& executor) {
  const compress::QuantisedNetwork& network = executor.network();
  return network.nodes[static_cast<std::size_t>(network.output)];
}

template <typename T>
std::int64_t best_class(std::span<const T> outputs) {
  return std::ranges::max_element(outputs) - outputs.begin();
}

// Counts rank(i) for each sample: how many classes come before its label.
template <typename Rank>
model::Accuracy accuracy_of(std::int64_t samples, Rank rank) {
  model::Accuracy accuracy{samples, 0, 0};
  for (std::int64_t i = 0; i < samples; ++i) {
    const std::int64_t before = rank(static_cast<std::size_t>(i));
    accuracy.top1 += before < 1 ? 1 : 0;
    accuracy.top5 += before < 5 ? 1 : 0;
  }
  return accuracy;
}

// Output codes as the real numbers that the float network gives: scaled, and through the Softmax
// that was left to the host.
std::vector<double> real_outputs(const Executor& executor, std::span<const std::int8_t> codes) {
  const QNode& node = output_node(executor);
  std::vector<double> values;
  for (const std::int8_t code : codes) {
    values.push_back(node.quantisation.scale * (code - node.quantisation.zero_point));
  }
  if (!executor.network().softmax_on_host) return values;
  const double largest = std::ranges::max(values);
  double sum = 0.0;
  for (double& value : values) sum += value = std::exp(value - largest);
  for (double& value : values) value /= sum;
  return values;
}

void check_labels(std::span<const std::int64_t> labels, const QNode& output,
                  const std::string& network) {
  const std::int64_t classes = output.shape.count();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && labels[i] < classes) continue;
    throw base::UserError("input.labels", network,
                          fmt::format("label {} of sample {} is no class; the network has {} (0 to "
                                      "{})",
                                      labels[i], i, classes, classes - 1));
  }
}

void check_float_network(const model::Model& real, const Executor& executor) {
  const compress::QuantisedNetwork& network = executor.network();
  const auto& input = network.nodes[static_cast<std::size_t>(network.input)].shape;
  const auto& output = output_node(executor).shape;
  const base::Shape& real_input = real.nodes[static_cast<std::size_t>(real.input)].shape;
  const base::Shape& real_output = real.nodes[static_cast<std::size_t>(real.output)].shape;
  if (base::element_count(real_input) == input.count() &&
      base::element_count(real_output) == output.count()) {
    return;
  }
  throw base::UserError("evaluate.network", real.name,
                        fmt::format("takes {} and gives {}; {} takes {} values and gives {}",
                                    base::shape_text(real_input), base::shape_text(real_output),
                                    network.name, input.count(), output.count()));
}

std::vector<Codes> run_integer(const Executor& executor, const model::SampleSet& samples,
                               std::int64_t count) {
  std::vector<Codes> outputs(static_cast<std::size_t>(count));
  base::Progress progress("integer reference", count);
  base::parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      outputs[static_cast<std::size_t>(i)] =
          executor.run(executor.quantise_input(samples.sample(i)));
      progress.advance();
    }
  });
  return outputs;
}

// In hardware order, as the codes are.
std::vector<std::vector<float>> run_float(const model::Model& model,
                                          const model::SampleSet& samples, std::int64_t count) {
  const std::vector<std::int64_t> order =
      model::hardware_order(model, model.nodes[static_cast<std::size_t>(model.output)]);
  const model::FloatEvaluator evaluator(model);
  std::vector<std::vector<float>> outputs(static_cast<std::size_t>(count));
  base::Progress progress("float reference", count);
  base::parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::vector<float> values = evaluator.run(samples.sample(i));
      for (const std::int64_t from : order) {
        outputs[static_cast<std::size_t>(i)].push_back(values[static_cast<std::size_t>(from)]);
      }
      progress.advance();
    }
  });
  return outputs;
}

void compare_with_float(const Executor& executor, const std::vector<Codes>& integer,
                        const std::vector<std::vector<float>>& real,
                        std::span<const std::int64_t> labels, Evaluation& evaluation) {
  std::int64_t agreements = 0;
  double difference = 0.0;
  double energy = 0.0;
  for (std::size_t i = 0; i < integer.size(); ++i) {
    const std::vector<double> values = real_outputs(executor, integer[i]);
    const bool agrees = best_class<std::int8_t>(integer[i]) == best_class<float>(real[i]);
    agreements += agrees ? 1 : 0;
    for (std::size_t c = 0; c < values.size(); ++c) {
      difference += std::pow(values[c] - real[i][c], 2);
      energy += std::pow(double{real[i][c]}, 2);
    }
  }
  const auto count = static_cast<double>(integer.size());
  evaluation.agreement = static_cast<double>(agreements) / count;
  evaluation.output_mse = difference / (count * static_cast<double>(evaluation.classes));
  evaluation.relative_error = energy > 0.0 ? difference / energy : 0.0;
  if (labels.empty()) return;
  evaluation.real = accuracy_of(evaluation.samples,
                                [&](std::size_t i) { return model::rank_of(real[i], labels[i]); });
}

void put(base::Json& json, const char* key, const std::optional<double>& value) {
  if (value) json[key] = *value;
}

base::Json accuracy_json(const model::Accuracy& accuracy, std::int64_t classes) {
  base::Json json = {{"top1_percent", accuracy.top1_percent()}};
  if (classes >= kClassesForTop5) json["top5_percent"] = accuracy.top5_percent();
  return json;
}

std::string accuracy_text(const char* which, const std::optional<model::Accuracy>& accuracy,
                          std::int64_t classes) {
  if (!accuracy) return "";
  std::string text = fmt::format("{} top-1 {:.2f} %", which, accuracy->top1_percent());
  if (classes >= kClassesForTop5) {
    text += fmt::format(", top-5 {:.2f} %", accuracy->top5_percent());
  }
  return text + "\n";
}

}  // namespace

base::Shape input_shape(const compress::QuantisedNetwork& network) {
  const compress::MapShape& shape = network.nodes[static_cast<std::size_t>(network.input)].shape;
  if (shape.height == 1 && shape.width == 1) return {1, shape.channels};
  return {1, shape.channels, shape.height, shape.width};
}

Evaluation evaluate(const Executor& executor, const model::SampleSet& samples, std::int64_t count,
                    std::span<const std::int64_t> labels, const model::Model* real) {
  const QNode& output = output_node(executor);
  Evaluation evaluation;
  evaluation.network = executor.network().name;
  evaluation.samples = count;
  evaluation.classes = output.shape.count();
  check_labels(labels, output, evaluation.network);
  if (real != nullptr) check_float_network(*real, executor);

  const auto start = std::chrono::steady_clock::now();
  const std::vector<Codes> integer = run_integer(executor, samples, count);
  evaluation.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::string all;
  for (const Codes& codes : integer) {
    all.append(reinterpret_cast<const char*>(codes.data()), codes.size());
    evaluation.best_classes.push_back(best_class<std::int8_t>(codes));
  }
  evaluation.digest = base::sha256_hex(all);
  if (!labels.empty()) {
    evaluation.integer = accuracy_of(count, [&](std::size_t i) {
      return model::rank_of(std::vector<float>(integer[i].begin(), integer[i].end()), labels[i]);
    });
  }
  if (real != nullptr) {
    compare_with_float(executor, integer, run_float(*real, samples, count), labels, evaluation);
  }
  return evaluation;
}

base::Json to_json(const Evaluation& evaluation) {
  base::Json json = {
      {"format", "vqrom-evaluation-1"},
      {"network", evaluation.network},
      {"samples", evaluation.samples},
      {"seconds", evaluation.seconds},
      {"samples_per_second", static_cast<double>(evaluation.samples) / evaluation.seconds},
      {"digest", evaluation.digest},
      {"best_classes", evaluation.best_classes}};
  if (evaluation.integer) json["integer"] = accuracy_json(*evaluation.integer, evaluation.classes);
  if (evaluation.real) json["float"] = accuracy_json(*evaluation.real, evaluation.classes);
  put(json, "agreement", evaluation.agreement);
  put(json, "output_mse", evaluation.output_mse);
  put(json, "output_relative_error", evaluation.relative_error);
  return json;
}

std::string evaluation_text(const Evaluation& evaluation) {
  std::string text = fmt::format("{}: {} samples in {:.2f} s ({:.0f} a second)\n",
                                 evaluation.network, evaluation.samples, evaluation.seconds,
                                 static_cast<double>(evaluation.samples) / evaluation.seconds);
  text += accuracy_text("integer", evaluation.integer, evaluation.classes);
  text += accuracy_text("float32", evaluation.real, evaluation.classes);
  if (evaluation.agreement) {
    text += fmt::format(
        "same best class as float32 {:.2f} %; mean squared output difference {:.4g} ({:.3g} of "
        "the outputs' mean square)\n",
        100.0 * *evaluation.agreement, *evaluation.output_mse, *evaluation.relative_error);
  }
  return text + fmt::format("digest of all output codes {}\n", evaluation.digest);
}

}  // namespace vqrom::golden
