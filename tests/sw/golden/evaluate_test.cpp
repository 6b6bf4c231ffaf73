// SPDX-License-Identifier: Apache-2.0
// evaluate_test — compressed networks stay close to float in every node; sets are counted right.
#include "sw/golden/evaluate.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/base/npy.h"
#include "sw/base/parallel.h"
#include "sw/base/random.h"
#include "sw/compress/compress.h"
#include "sw/compress/validate.h"
#include "sw/model/float_evaluator.h"
#include "sw/model/weight_order.h"
#include "tests/sw/model/sample_models.h"
#include "tests/temporary_directory.h"

namespace vqrom::golden {
namespace {

using ::testing::HasSubstr;

std::vector<float> noise(const model::Model& model, std::int64_t sample) {
  base::Random random(static_cast<std::uint64_t>(sample) + 1);
  std::vector<float> values(static_cast<std::size_t>(base::element_count(model.nodes[0].shape)));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

compress::QuantisedNetwork dense_network(const model::Model& model) {
  compress::Settings settings;
  settings.dense = {"all"};
  settings.calibration_count = 100;
  return compress::compress_network(
      model, {}, [&](std::int64_t i) { return noise(model, i); }, settings);
}

// Every operator that has an integer form, in what the sample model leaves.
model::Model every_integer_operator() {
  model::Model model = model::every_operator();
  for (model::Node& node : model.nodes) {
    if (auto* pad = std::get_if<model::Pad>(&node.op)) pad->value = 0.0F;
    if (node.shape == model::Shape{1, 2, 1, 3}) node.shape = {1, 6, 1, 1};
    if (node.name == "edges") node.op = model::MaxPool{};
  }
  return model;
}

// A map that is flattened, then read by a linear layer.
model::Model flattening_model() {
  model::Model model;
  model::Linear linear;
  linear.in_features = 3 * 2 * 4;
  linear.out_features = 5;
  base::Random random(9);
  for (int i = 0; i < 24 * 5; ++i) linear.weights.push_back(static_cast<float>(random.normal()));
  linear.bias.assign(5, 0.5F);
  model.name = "flattening";
  model.nodes = {{"in", model::Input{}, {}, {1, 3, 2, 4}},
                 {"flat", model::Reshape{}, {0}, {1, 24}},
                 {"linear", linear, {1}, {1, 5}}};
  model.output = 2;
  return model;
}

// Largest over the nodes of |integer - float|^2 / |float|^2, summed over 20 fresh samples.
double largest_relative_error(const model::Model& model) {
  const compress::QuantisedNetwork network = dense_network(model);
  compress::validate(network, "test");
  const Executor executor(network, {});
  const model::FloatEvaluator evaluator(model);
  std::vector<double> difference(network.nodes.size());
  std::vector<double> energy(network.nodes.size());
  for (std::int64_t sample = 1000; sample < 1020; ++sample) {
    const std::vector<float> input = noise(model, sample);
    const auto real = evaluator.run_all(input);
    const auto codes = executor.run_all(executor.quantise_input(input));
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto order = model::hardware_order(model, model.nodes[i]);
      const compress::Quantisation& quantisation = network.nodes[i].quantisation;
      for (std::size_t c = 0; c < order.size(); ++c) {
        const double value = quantisation.scale * (codes[i][c] - quantisation.zero_point);
        const double wanted = real[i][static_cast<std::size_t>(order[c])];
        difference[i] += (value - wanted) * (value - wanted);
        energy[i] += wanted * wanted;
      }
    }
  }
  double largest = 0.0;
  for (std::size_t i = 0; i < energy.size(); ++i) {
    largest = std::max(largest, difference[i] / energy[i]);
  }
  return largest;
}

TEST(DenseNetwork, StaysWithinAPercentOfFloatInEveryOperator) {
  EXPECT_LT(largest_relative_error(every_integer_operator()), 0.01);
}

TEST(DenseNetwork, ReadsFlattenedMapsInTheirOwnOrder) {
  EXPECT_LT(largest_relative_error(flattening_model()), 0.001);
}

TEST(DenseNetwork, LeavesTheSoftmaxToTheHost) {
  const compress::QuantisedNetwork network = dense_network(every_integer_operator());
  EXPECT_TRUE(network.softmax_on_host);
  EXPECT_EQ(network.nodes[static_cast<std::size_t>(network.output)].name, "vector");
}

class Evaluate : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto count = std::int64_t{40};
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::vector<float> sample = noise(model_, 500 + i);
      values.insert(values.end(), sample.begin(), sample.end());
    }
    base::write_npy(path_,
                    base::Tensor::of<float>({count, 3, 2, 4}, std::span<const float>(values)));
  }

  [[nodiscard]] model::SampleSet samples() const {
    return {path_, input_shape(network_), network_.preprocess};
  }
  std::string refusal(const std::vector<std::int64_t>& labels, const model::Model* real) const {
    try {
      (void)evaluate(executor_, samples(), 40, labels, real);
    } catch (const base::UserError& error) {
      return error.what();
    }
    return "accepted";
  }

  const vqrom::test::TemporaryDirectory scratch_;
  const std::filesystem::path path_ = scratch_ / "samples.npy";
  const model::Model model_ = flattening_model();
  const compress::QuantisedNetwork network_ = dense_network(model_);
  const Executor executor_{network_, {}};
};

TEST_F(Evaluate, CountsHitsOfLabelsAndAgreementWithFloat) {
  // Labels are the float network's own choice, but for the first ten samples.
  const model::SampleSet set = samples();
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> best;
  std::int64_t agreements = 0;
  for (std::int64_t i = 0; i < 40; ++i) {
    const auto outputs = model::FloatEvaluator(model_).run(set.sample(i));
    const auto codes = executor_.run(executor_.quantise_input(set.sample(i)));
    labels.push_back(std::ranges::max_element(outputs) - outputs.begin());
    best.push_back(std::ranges::max_element(codes) - codes.begin());
    agreements += best.back() == labels.back() ? 1 : 0;
    if (i < 10) labels.back() = (labels.back() + 1) % 5;
  }
  const Evaluation evaluation = evaluate(executor_, set, 40, labels, &model_);
  EXPECT_EQ(evaluation.real->top1, 30);
  EXPECT_EQ(evaluation.real->top5, 40);
  EXPECT_NEAR(static_cast<double>(evaluation.integer->top1), 30.0, 1.0);
  EXPECT_DOUBLE_EQ(*evaluation.agreement, static_cast<double>(agreements) / 40.0);
  EXPECT_LT(*evaluation.relative_error, 0.001);
  const base::Json json = to_json(evaluation);
  EXPECT_EQ(json["best_classes"], best);
  EXPECT_EQ(json["float"]["top1_percent"], 75.0);
  EXPECT_FALSE(json["float"].contains("top5_percent"));  // five classes
  EXPECT_THAT(evaluation_text(evaluation), HasSubstr("float32 top-1 75.00 %"));
}

TEST_F(Evaluate, GivesTheSameDigestForAnyNumberOfThreadsAndAnotherForOtherSamples) {
  const auto digest = [&](int threads, std::int64_t count) {
    const base::ThreadLimit limit(threads);
    return evaluate(executor_, samples(), count, {}, nullptr).digest;
  };
  EXPECT_EQ(digest(1, 40), digest(2, 40));
  EXPECT_NE(digest(1, 40), digest(1, 39));
}

TEST_F(Evaluate, RefusesLabelsAndNetworksThatDoNotFit) {
  std::vector<std::int64_t> labels(40, 4);
  EXPECT_EQ(refusal(labels, nullptr), "accepted");
  labels[7] = 5;
  EXPECT_THAT(refusal(labels, nullptr),
              HasSubstr("error[input.labels]: flattening: label 5 of sample 7 is no class; the "
                        "network has 5 (0 to 4)"));
  const model::Model other = model::every_operator();
  EXPECT_THAT(refusal({}, &other),
              HasSubstr("error[evaluate.network]: every: takes 1x2x8x8 and gives 1x6; flattening "
                        "takes 24 values and gives 5"));
}

}  // namespace
}  // namespace vqrom::golden
