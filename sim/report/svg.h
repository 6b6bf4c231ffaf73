// SPDX-License-Identifier: Apache-2.0
// svg — bar charts as inline SVG; colours come from the page's style sheet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vqrom::report {

// & < > " ' as entities: everything that comes from a file goes through here.
[[nodiscard]] std::string escape(std::string_view text);

// "1,234,567"; fractions below 100 keep three digits.
[[nodiscard]] std::string number_text(double value);

struct Bar {
  std::string label;
  std::vector<double> parts;  // stacked from the left, one a series; not negative
  std::vector<double> marks;  // vertical ticks, one a mark series
  std::string note;           // behind the bar
};

enum class Axis {
  kWhole,        // ends at the longest bar
  kCutOutliers,  // bars three times as long as all behind them, at most two, are drawn broken
};

struct Chart {
  std::string title;                // read by screen readers
  std::vector<std::string> series;  // names of the parts, colours s0, s1, …
  std::vector<std::string> marks;   // names of the ticks, colours m0, m1, …
  std::vector<Bar> bars;
  std::string unit;  // below the axis
  Axis axis = Axis::kWhole;
};

// Horizontal bars on one linear axis from 0, with a legend where there is more than one series.
[[nodiscard]] std::string bar_chart(const Chart& chart);

}  // namespace vqrom::report
