// SPDX-License-Identifier: Apache-2.0
// summary_test — the table and the JSON say the same about each layer.
#include "sw/model/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sw/model/sample_models.h"

namespace vqrom::model {
namespace {

using testing::HasSubstr;

TEST(OpDetail, NamesWhatDiffersFromThePlainOperator) {
  Conv conv;
  conv.window = {{3, 2}, {1, 2}, {2, 2}, {0, 0, 0, 0}};
  conv.groups = 2;
  conv.in_channels = 8;
  conv.activation = {0.0F, 6.0F};
  EXPECT_EQ(op_detail(conv), "3x2 /1x2 dilated 2, 2 groups, relu6");
  conv.groups = 8;
  conv.activation = {-1.0F, 1.0F};
  EXPECT_EQ(op_detail(conv), "3x2 /1x2 dilated 2, depthwise, clip -1 to 1");
  EXPECT_EQ(op_detail(Reshape{}), "");
}

TEST(LayerTable, AlignsColumnsAndAddsUp) {
  const std::string table = layer_table(every_operator());
  EXPECT_THAT(table, HasSubstr("layer      operator        detail                                 "
                               "output    parameters    MACs\n"));
  EXPECT_THAT(table,
              HasSubstr("\nfc         Linear                                                 "
                        "1x6               84      78\n"));
  EXPECT_THAT(table, HasSubstr("\ntotal      4 with weights"));
}

TEST(SummaryJson, HoldsLayersAndTotals) {
  const Model model = every_operator();
  const base::Json json = summary_json(model);
  EXPECT_EQ(json["network"], "every");
  EXPECT_EQ(json["layers"].size(), model.nodes.size());
  EXPECT_EQ(json["layers"][1]["detail"], "3x3, relu");
  EXPECT_EQ(json["layers"][1]["macs"], 4 * 2 * 9 * 64);
  EXPECT_EQ(json["totals"]["weight_layers"], 4);
  EXPECT_EQ(json["totals"]["parameters"], totals(model).parameters);
}

}  // namespace
}  // namespace vqrom::model
