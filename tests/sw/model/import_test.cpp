// SPDX-License-Identifier: Apache-2.0
// import_test — written models come back equal.
#include "sw/model/import.h"

#include <gtest/gtest.h>

#include "sw/model/onnx_write.h"
#include "tests/sw/model/sample_models.h"

namespace vqrom::model {
namespace {

TEST(ParseOnnx, GivesBackEveryOperatorAsItWasWritten) {
  const Model model = every_operator();
  const Model read = parse_onnx(onnx_bytes(model), "folder/every.onnx");
  ASSERT_EQ(read.nodes.size(), model.nodes.size());
  for (std::size_t i = 0; i < read.nodes.size(); ++i) {
    EXPECT_TRUE(read.nodes[i] == model.nodes[i]) << model.nodes[i].name;
  }
  EXPECT_TRUE(read == model);
}

}  // namespace
}  // namespace vqrom::model
