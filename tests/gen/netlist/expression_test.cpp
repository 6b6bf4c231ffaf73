// SPDX-License-Identifier: Apache-2.0
// expression_test — expressions evaluate as integers and print as Verilog of the same value.
#include "gen/netlist/expression.h"

#include <gtest/gtest.h>

namespace vqrom::netlist {
namespace {

const Values kValues = {{"A", 12}, {"B", 5}, {"C", 2}};

TEST(Expression, EvaluatesWithIntegerDivision) {
  EXPECT_EQ((param("A") * 8 - 1).evaluate(kValues), 95);
  EXPECT_EQ((param("A") / param("B")).evaluate(kValues), 2);
}

TEST(Expression, PrintsParenthesesOnlyWhereTheMeaningNeedsThem) {
  const Expression a = param("A");
  const Expression b = param("B");
  const Expression c = param("C");
  EXPECT_EQ((a * b - 1).text(), "A*B - 1");
  EXPECT_EQ(((a + b) * c).text(), "(A + B)*C");
  EXPECT_EQ((a - (b - c)).text(), "A - (B - C)");
  EXPECT_EQ((a - b - c).text(), "A - B - C");
  EXPECT_EQ((a * (b / c)).text(), "A*(B/C)");
  EXPECT_EQ((a * b / c).text(), "A*B/C");
}

TEST(Expression, FoldsNumbersAndNeutralElements) {
  EXPECT_EQ((Expression(4) - 1).text(), "3");
  EXPECT_EQ((0 * param("A") + 1 * param("B")).text(), "B");
  EXPECT_EQ((param("A") + 2 + 24 - 1).text(), "A + 25");
  EXPECT_EQ((param("A") + 1 - 1).text(), "A");
  EXPECT_EQ((param("A") - 3 + 1).text(), "A - 2");
  EXPECT_TRUE((0 * param("A")).is_constant());
  EXPECT_FALSE(param("A").is_constant());
}

}  // namespace
}  // namespace vqrom::netlist
