// SPDX-License-Identifier: Apache-2.0
// trainer_test — training learns, gives the same weights for the same seed, and folds them.
#include "sw/example/trainer.h"

#include <gtest/gtest.h>

#include "sw/example/architectures.h"
#include "sw/model/onnx_write.h"

namespace vqrom::example {
namespace {

TrainingOptions short_training(std::uint64_t seed) {
  TrainingOptions options;
  options.seed = seed;
  options.epochs = 2;
  options.pictures_per_epoch = 1500;
  return options;
}

model::Model train_plain(std::uint64_t seed) {
  return train(make_architecture("plain"), short_training(seed), [](const EpochResult&) {});
}

TEST(Trainer, LearnsFromEpochToEpoch) {
  std::vector<EpochResult> results;
  (void)train(make_architecture("plain"), short_training(1),
              [&](const EpochResult& result) { results.push_back(result); });
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[1].epoch, 2);
  EXPECT_LT(results[1].loss, 0.9 * results[0].loss);
  EXPECT_GT(results[1].calibration_accuracy, 0.4);  // 0.1 by chance
}

TEST(Trainer, GivesTheSameWeightsForTheSameSeedOnly) {
  const std::string first = model::onnx_bytes(train_plain(5));
  EXPECT_TRUE(first == model::onnx_bytes(train_plain(5)));
  EXPECT_FALSE(first == model::onnx_bytes(train_plain(6)));
}

}  // namespace
}  // namespace vqrom::example
