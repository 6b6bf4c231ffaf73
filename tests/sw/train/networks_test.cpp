// SPDX-License-Identifier: Apache-2.0
// networks_test — a short training of ResNet-20 at 2 bits, evaluated in integers.
#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "sw/codebook/build.h"
#include "sw/compress/compress.h"
#include "sw/golden/evaluate.h"
#include "sw/model/import.h"
#include "sw/train/trainer.h"

namespace vqrom::train {
namespace {

const std::filesystem::path kData = VQROM_DATA_DIR;
const std::filesystem::path kSets = kData / "datasets" / "cifar10";

double test_percent(const compress::QuantisedNetwork& network, const codebook::Codebook& codebook) {
  const golden::Executor executor(network, codebook);
  const model::SampleSet test(kSets / "test500_images.npy", golden::input_shape(network),
                              network.preprocess);
  const auto labels = model::read_labels(kSets / "test500_labels.npy", test.size());
  return golden::evaluate(executor, test, test.size(), labels, nullptr).integer->top1_percent();
}

TEST(Networks, ResNet20AtTwoBitsGainsFromFourThousandPictures) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no shared data at " << kData;
  const model::Preprocess preprocess{
      1.0 / 255.0, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}, false};
  const model::Model model = model::import_onnx(kData / "networks" / "resnet20_cifar10.onnx");
  const std::vector<std::string> dense{"first", "last"};
  const std::vector<codebook::NetworkVectors> vectors{codebook::cut_network(model, 4, dense)};
  const codebook::Codebook codebook = codebook::build_codebook(vectors, {}).codebook;
  const std::vector<int> coded = compress::layers_for_codebook(model, codebook, dense);
  const auto file = kSets / "jpegtrain20000_images.npy";
  const model::SampleSet pictures(file, model.nodes[0].shape, preprocess);
  const auto labels = model::read_labels(kSets / "jpegtrain20000_labels.npy", pictures.size());
  const compress::SampleSource source = [&](std::int64_t i) { return pictures.sample(i); };
  const compress::Calibration calibration = compress::calibrate(model, source, 256);

  Settings settings;
  settings.epochs = 3;
  settings.augmentation = {true, 4};
  const Job job{model,
                codebook,
                coded,
                compress::choose_quantisations(model, calibration),
                {source,
                 4000,
                 {labels.begin(), labels.begin() + 4000},
                 model.nodes[0].shape,
                 {{4000, 1, 200}}},
                {},
                false,
                {}};
  const TrainingResult result = train(job, settings, [](const EpochReport&) {});
  const compress::QuantisedNetwork network =
      compress::finish_network(model, codebook, calibration, coded, preprocess, result.solutions);
  const compress::QuantisedNetwork nearest =
      compress::finish_network(model, codebook, calibration, coded, preprocess);
  const double trained_percent = test_percent(network, codebook);
  const double nearest_percent = test_percent(nearest, codebook);
  std::cout << fmt::format("nearest {} %, trained {} %\n", nearest_percent, trained_percent);
  EXPECT_GT(trained_percent, nearest_percent + 4.0);
}

}  // namespace
}  // namespace vqrom::train
