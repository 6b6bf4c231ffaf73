// SPDX-License-Identifier: Apache-2.0
// order_data_test — ordering a real network's codebook saves a tenth of the logic and more.
#include <filesystem>

#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "sw/base/process.h"
#include "sw/codebook/build.h"
#include "sw/codebook/order_search.h"
#include "sw/model/import.h"

namespace vqrom::codebook {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLiberty = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

// Area of the best of a few orders over that of the drawn one, on OSU 0.18.
double ratio(int dimension) {
  const model::Model model =
      model::import_onnx(fs::path(VQROM_DATA_DIR) / "networks/resnet20_cifar10.onnx");
  const std::vector<NetworkVectors> networks{cut_network(model, dimension, {})};
  BuildSettings settings;
  settings.dimension = dimension;
  const OrderSearch search =
      search_order(build_codebook(networks, settings).codebook, 12, 1, kLiberty);
  return search.area / search.area_given;
}

class OrderOfResNet20 : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(VQROM_DATA_DIR)) GTEST_SKIP() << VQROM_DATA_DIR " is missing";
    if (!fs::exists(kLiberty)) GTEST_SKIP() << kLiberty << " is missing";
    try {
      (void)base::find_tool(base::kYosys);
    } catch (const base::UserError& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

TEST_F(OrderOfResNet20, SavesATenthOf256By4) {
  EXPECT_LT(ratio(4), 0.9);
}

TEST_F(OrderOfResNet20, SavesATenthOf256By8) {
  EXPECT_LT(ratio(8), 0.9);
}

}  // namespace
}  // namespace vqrom::codebook
