// SPDX-License-Identifier: Apache-2.0
#include "sim/report/svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vqrom::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Escape, LeavesNoMarkupFromAFile) {
  EXPECT_EQ(escape("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
}

TEST(NumberText, GroupsThousandsAndKeepsThreeDigits) {
  EXPECT_EQ(number_text(1234567.0), "1,234,567");
  EXPECT_EQ(number_text(123.0), "123");
  EXPECT_EQ(number_text(0.012345), "0.0123");
  EXPECT_EQ(number_text(-4096.0), "-4,096");
}

TEST(BarChart, LengthsAreInProportion) {
  const std::string svg =
      bar_chart({"t", {"a"}, {}, {{"one", {100.0}, {}, "x"}, {"half", {50.0}, {}, "y"}}, "u"});
  EXPECT_THAT(svg, HasSubstr("width=\"520.00\""));
  EXPECT_THAT(svg, HasSubstr("width=\"260.00\""));
}

Chart outlier_chart(double longest) {
  return {"t", {"a"},
          {},  {{"far", {longest}, {}, ""}, {"one", {10.0}, {}, ""}},
          "u", Axis::kCutOutliers};
}

TEST(BarChart, BreaksABarOverThreeTimesTheNextAndSaysSo) {
  const std::string broken = bar_chart(outlier_chart(30.1));
  EXPECT_THAT(broken, HasSubstr("class=\"cut\""));
  EXPECT_THAT(broken, HasSubstr("u; a broken bar is longer than drawn"));
  EXPECT_THAT(broken, HasSubstr("width=\"520.00\""));
  EXPECT_THAT(broken, HasSubstr("width=\"416.00\""));  // the other one uses the width
  const std::string whole = bar_chart(outlier_chart(30.0));
  EXPECT_THAT(whole, Not(HasSubstr("cut")));
  EXPECT_THAT(whole, Not(HasSubstr("broken")));
}

TEST(BarChart, BreaksNoBarUnlessAsked) {
  Chart chart = outlier_chart(1000.0);
  chart.axis = Axis::kWhole;
  EXPECT_THAT(bar_chart(chart), Not(HasSubstr("cut")));
}

TEST(BarChart, DrawsNoBarsWithoutLength) {
  const std::string svg = bar_chart({"t", {"a", "b"}, {}, {{"x", {0.0, 1.0}, {}, ""}}, "u"});
  EXPECT_THAT(svg, Not(HasSubstr("width=\"0.00\"")));
}

TEST(BarChart, EscapesLabelsAndNotes) {
  const std::string svg = bar_chart({"<t>", {"a"}, {}, {{"<i>", {1.0}, {}, "<script>"}}, "u"});
  EXPECT_THAT(svg, Not(HasSubstr("<i>")));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}

TEST(BarChart, SurvivesNothingAndZero) {
  EXPECT_THAT(bar_chart({"t", {"a"}, {}, {}, "u"}), HasSubstr("</svg>"));
  EXPECT_THAT(bar_chart({"t", {"a"}, {}, {{"z", {0.0}, {}, ""}}, "u"}), Not(HasSubstr("nan")));
}

TEST(BarChart, LegendNamesEverySeriesOnlyWhereThereAreSeveral) {
  EXPECT_THAT(bar_chart({"t", {"first", "second"}, {"bound"}, {}, "u"}),
              ::testing::AllOf(HasSubstr("first"), HasSubstr("second"), HasSubstr("bound")));
  EXPECT_THAT(bar_chart({"t", {"only"}, {}, {}, "u"}), Not(HasSubstr("only")));
}

}  // namespace
}  // namespace vqrom::report
