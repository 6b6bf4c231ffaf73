// SPDX-License-Identifier: Apache-2.0
// networks_test — every shared network gives the outputs and the accuracy that are known for it.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "sw/base/npy.h"
#include "sw/base/parallel.h"
#include "sw/model/accuracy.h"
#include "sw/model/float_evaluator.h"
#include "sw/model/import.h"
#include "sw/model/onnx_write.h"

namespace vqrom::model {
namespace {

const std::filesystem::path kData = VQROM_DATA_DIR;

class Networks : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no shared data at " << kData;
  }
  [[nodiscard]] static Model load() {
    return import_onnx(kData / "networks" / (std::string(GetParam()) + ".onnx"));
  }
};

TEST_P(Networks, GiveTheGoldenOutputs) {
  const Model model = load();
  const std::string stem = GetParam();
  const Shape& shape = model.nodes[static_cast<std::size_t>(model.input)].shape;
  const SampleSet samples(kData / "golden" / (stem + ".input.npy"), shape, {});
  const base::Tensor golden = base::read_npy(kData / "golden" / (stem + ".output.npy"));
  const auto expected = golden.as<float>();
  const auto [low, high] = std::minmax_element(expected.begin(), expected.end());
  const FloatEvaluator evaluator(model);
  std::size_t at = 0;
  float worst = 0.0F;
  for (std::int64_t i = 0; i < samples.size(); ++i) {
    for (const float value : evaluator.run(samples.sample(i))) {
      worst = std::max(worst, std::abs(value - expected[at++]));
    }
  }
  EXPECT_EQ(at, expected.size());
  EXPECT_LT(worst, 1e-4F * (*high - *low));
}

TEST_P(Networks, ComeBackEqualWhenWritten) {
  const Model model = load();
  EXPECT_TRUE(parse_onnx(onnx_bytes(model), model.name) == model);
}

INSTANTIATE_TEST_SUITE_P(All, Networks,
                         testing::Values("mnist_cntk", "mlperf_dscnn_kws", "mlperf_resnet8_cifar10",
                                         "mlperf_mobilenetv1_025_vww", "mlperf_autoencoder_ad",
                                         "resnet20_cifar10", "resnet20_cifar10_bn",
                                         "squeezenet11_imagenet"),
                         [](const auto& test) { return std::string(test.param); });

// The shared set's README states these percentages.
struct Stated {
  std::string network;
  std::string images;
  std::string labels;
  Preprocess preprocess;
  double top1;
  double top5;  // 0: not stated
};

Preprocess cifar() {
  return {1.0 / 255.0, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}, false};
}

Accuracy measured(const Stated& stated) {
  const Model model = import_onnx(kData / "networks" / (stated.network + ".onnx"));
  const std::filesystem::path sets = kData / "datasets";
  const SampleSet samples(sets / (stated.images + ".npy"), model.nodes[0].shape, stated.preprocess);
  const auto labels = read_labels(sets / (stated.labels + ".npy"), samples.size());
  return float_accuracy(model, samples, labels, stated.labels);
}

class StatedAccuracy : public testing::TestWithParam<Stated> {};

TEST_P(StatedAccuracy, IsMeasured) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no shared data at " << kData;
  const Accuracy accuracy = measured(GetParam());
  EXPECT_NEAR(accuracy.top1_percent(), GetParam().top1, 0.0049);
  if (GetParam().top5 == 0.0) return;
  EXPECT_NEAR(accuracy.top5_percent(), GetParam().top5, 0.049);
}

INSTANTIATE_TEST_SUITE_P(
    All, StatedAccuracy,
    testing::Values(
        Stated{"mnist_cntk", "mnist/test1000_images", "mnist/test1000_labels", {}, 98.70, 0},
        Stated{"mlperf_dscnn_kws",
               "speech_commands/kws500_mfcc_int8",
               "speech_commands/kws500_labels",
               {1.0, {83.0}, {1.0 / 0.5847029089927673}, false},
               91.40,
               0},
        Stated{"mlperf_resnet8_cifar10",
               "cifar10/test500_images",
               "cifar10/test500_labels",
               {},
               89.00,
               0},
        Stated{"resnet20_cifar10", "cifar10/test500_images", "cifar10/test500_labels", cifar(),
               91.00, 0},
        Stated{"resnet20_cifar10_bn", "cifar10/test500_images", "cifar10/test500_labels", cifar(),
               91.00, 0},
        Stated{"resnet20_cifar10", "cifar10/calib1000_images", "cifar10/calib1000_labels", cifar(),
               99.90, 0},
        Stated{"resnet20_cifar10", "cifar10/jpegtest2000_images", "cifar10/jpegtest2000_labels",
               cifar(), 80.55, 0},
        Stated{"squeezenet11_imagenet",
               "imagenet/val200_images",
               "imagenet/val200_labels",
               {1.0, {104.0, 117.0, 123.0}, {1.0}, true},
               69.50,
               91.0},
        Stated{"squeezenet11_imagenet",
               "imagenet/samples200_images",
               "imagenet/samples200_labels",
               {1.0, {104.0, 117.0, 123.0}, {1.0}, true},
               65.00,
               0}),
    [](const auto& test) {
      std::string name = test.param.network + "_on_" + test.param.images;
      std::replace(name.begin(), name.end(), '/', '_');
      return name;
    });

TEST(VisualWakeWords, AgreesWithTheFloatLogits) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no shared data at " << kData;
  const Model model = import_onnx(kData / "networks/mlperf_mobilenetv1_025_vww.onnx");
  const std::filesystem::path probe = kData / "datasets/vww_probe";
  const SampleSet samples(probe / "probe200_images.npy", model.nodes[0].shape,
                          {1.0 / 255.0, {0.0}, {1.0}, false});
  const base::Tensor logits = base::read_npy(probe / "probe200_float_logits.npy");
  std::vector<std::int64_t> best;
  for (std::size_t i = 0; i < 200; ++i) {
    const auto row = logits.as<float>().subspan(2 * i, 2);
    best.push_back(row[1] > row[0] ? 1 : 0);
  }
  EXPECT_EQ(float_accuracy(model, samples, best, "probe").top1, 200);
}

TEST(Accuracy, DoesNotDependOnTheNumberOfThreads) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no shared data at " << kData;
  const Stated stated{"mnist_cntk", "mnist/test1000_images", "mnist/test1000_labels", {}, 0, 0};
  const Accuracy all = measured(stated);
  const base::ThreadLimit limit(1);
  EXPECT_EQ(measured(stated), all);
}

}  // namespace
}  // namespace vqrom::model
