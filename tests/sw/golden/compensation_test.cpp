// SPDX-License-Identifier: Apache-2.0
// compensation_test — error compensation from calibration samples keeps real networks' accuracy.
#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "sw/codebook/build.h"
#include "sw/compress/compress.h"
#include "sw/golden/evaluate.h"
#include "sw/model/import.h"

namespace vqrom::golden {
namespace {

const std::filesystem::path kData = VQROM_DATA_DIR;
const std::filesystem::path kSets = kData / "datasets";

// A network with a codebook learned from it and a few others, and where it is calibrated and
// tested.
struct Job {
  std::vector<std::string> networks;  // the first is compressed
  int entries;
  std::string calibration;
  std::int64_t calibration_count;
  std::string test;
  model::Preprocess preprocess;
  double least_percent;
};

model::Model load(const std::string& network) {
  return model::import_onnx(kData / "networks" / (network + ".onnx"));
}

class Compensated : public testing::TestWithParam<Job> {};

TEST_P(Compensated, KeepsTheAccuracyThatIsAsked) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no shared data at " << kData;
  const Job& job = GetParam();
  compress::Settings settings;
  settings.method = compress::Method::kGptvq;
  settings.calibration_count = job.calibration_count;
  settings.preprocess = job.preprocess;
  codebook::BuildSettings build;
  build.entries = job.entries;
  std::vector<codebook::NetworkVectors> vectors;
  for (const std::string& network : job.networks) {
    vectors.push_back(codebook::cut_network(load(network), build.dimension, settings.dense));
  }
  const codebook::Codebook codebook = codebook::build_codebook(vectors, build).codebook;
  const model::Model model = load(job.networks[0]);
  const model::SampleSet calibration(kSets / (job.calibration + "_images.npy"),
                                     model.nodes[0].shape, job.preprocess);
  const compress::QuantisedNetwork network = compress::compress_network(
      model, codebook, [&](std::int64_t i) { return calibration.sample(i); }, settings);
  const Executor executor(network, codebook);
  const model::SampleSet samples(kSets / (job.test + "_images.npy"), input_shape(network),
                                 job.preprocess);
  const auto labels = model::read_labels(kSets / (job.test + "_labels.npy"), samples.size());
  const Evaluation evaluation = evaluate(executor, samples, samples.size(), labels, nullptr);
  std::cout << evaluation_text(evaluation);
  EXPECT_GE(evaluation.integer->top1_percent(), job.least_percent);
}

// ResNet-20 at 2 bits: 1.5 points below float (91.0 on test500); SqueezeNet at 3 bits: 3 points
// below (69.5 on val200).
INSTANTIATE_TEST_SUITE_P(
    Networks, Compensated,
    testing::Values(Job{{"resnet20_cifar10", "mlperf_resnet8_cifar10"},
                        256,
                        "cifar10/calib1000",
                        512,
                        "cifar10/test500",
                        {1.0 / 255.0, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}, false},
                        89.5},
                    Job{{"squeezenet11_imagenet", "resnet20_cifar10", "mlperf_resnet8_cifar10"},
                        4096,
                        "imagenet/samples200",
                        200,
                        "imagenet/val200",
                        {1.0, {104.0, 117.0, 123.0}, {1.0}, true},
                        66.5}),
    [](const auto& test) { return test.param.networks[0]; });

}  // namespace
}  // namespace vqrom::golden
