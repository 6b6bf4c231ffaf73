// SPDX-License-Identifier: Apache-2.0
// networks_test — the trained networks in the repository are small and still know their pictures.
#include <algorithm>
#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>

#include "sw/example/architectures.h"
#include "sw/example/held_back.h"
#include "sw/model/import.h"

namespace vqrom::example {
namespace {

class TrainedNetwork : public testing::TestWithParam<std::string> {
 protected:
  const std::filesystem::path path_ =
      std::filesystem::path(VQROM_SOURCE_DIR) / "sw/example" / ("glyphs_" + GetParam() + ".onnx");
};

TEST_P(TrainedNetwork, IsAtMost300KiB) {
  EXPECT_LE(std::filesystem::file_size(path_), 300u * 1024u);
}

TEST_P(TrainedNetwork, IsRightOnNineOfTenHeldBackPictures) {
  const model::Accuracy accuracy = held_back_accuracy(model::import_onnx(path_), 500);
  EXPECT_EQ(accuracy.samples, 500);
  EXPECT_GE(accuracy.top1, 450);
}

TEST_P(TrainedNetwork, HasTheGraphOfItsArchitecture) {
  const model::Model trained = model::import_onnx(path_);
  const model::Model graph = make_architecture(GetParam());
  ASSERT_EQ(trained.nodes.size(), graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    EXPECT_EQ(trained.nodes[i].name, graph.nodes[i].name);
    EXPECT_EQ(trained.nodes[i].shape, graph.nodes[i].shape) << graph.nodes[i].name;
    EXPECT_EQ(trained.nodes[i].op.index(), graph.nodes[i].op.index()) << graph.nodes[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Example, TrainedNetwork, testing::ValuesIn(architecture_names()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace vqrom::example
