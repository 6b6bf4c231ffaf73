// SPDX-License-Identifier: Apache-2.0
// columns_test — cells and comments line up.
#include "gen/emit/columns.h"

#include <gtest/gtest.h>

namespace vqrom::emit {
namespace {

TEST(Table, AlignsCellsAndComments) {
  Table table("  ");
  table.row({"wire", "[7:0]", "a;"}, "first");
  table.row({"reg", "", "longer;"}, "second");
  table.row({"wire", "", "b;"});
  EXPECT_EQ(table.text(),
            "  wire [7:0] a;       // first\n"
            "  reg        longer;  // second\n"
            "  wire       b;\n");
}

TEST(Table, ColumnThatIsAlwaysEmptyTakesNoRoom) {
  Table table("");
  table.row({"wire", "", "a;"});
  EXPECT_EQ(table.text(), "wire a;\n");
}

TEST(Table, LinesSeparateTheAlignmentOfComments) {
  Table table("");
  table.row({"a,"}, "one");
  table.line("// group");
  table.row({"longer,"}, "two");
  EXPECT_EQ(table.text(), "a,  // one\n// group\nlonger,  // two\n");
}

TEST(Columns, CountCharactersNotBytes) {
  EXPECT_EQ(text_columns("─▶ 2 … 3"), 8U);
}

}  // namespace
}  // namespace vqrom::emit
