// SPDX-License-Identifier: Apache-2.0
// resnet20_test — codebooks of a real network reach the error that is known for it.
#include <filesystem>

#include <gtest/gtest.h>

#include "sw/codebook/build.h"
#include "sw/model/import.h"

namespace vqrom::codebook {
namespace {

double error_on_resnet20(int entries, int refine_iterations) {
  const model::Model model =
      model::import_onnx(std::filesystem::path(VQROM_DATA_DIR) / "networks/resnet20_cifar10.onnx");
  const std::vector<NetworkVectors> networks{cut_network(model, 4, {})};
  EXPECT_EQ(networks[0].weight_layers.size(), 20U);
  EXPECT_EQ(networks[0].layers, 19);  // all but the first, which has 3 input channels
  BuildSettings settings;
  settings.entries = entries;
  settings.refine = refine_iterations;
  return build_codebook(networks, settings).networks[0].error;
}

class ResNet20Codebook : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(VQROM_DATA_DIR)) GTEST_SKIP() << VQROM_DATA_DIR " is missing";
  }
};

TEST_F(ResNet20Codebook, Of256DrawnCodewordsHasTheKnownError) {
  EXPECT_NEAR(error_on_resnet20(256, 0), 0.132, 0.003);
}

TEST_F(ResNet20Codebook, Of256RefinedCodewordsHasTheKnownError) {
  EXPECT_NEAR(error_on_resnet20(256, 50), 0.0975, 0.001);
}

TEST_F(ResNet20Codebook, Of4096RefinedCodewordsHasTheKnownError) {
  EXPECT_NEAR(error_on_resnet20(4096, 50), 0.0218, 0.0005);
}

}  // namespace
}  // namespace vqrom::codebook
