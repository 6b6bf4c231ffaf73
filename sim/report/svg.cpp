// SPDX-License-Identifier: Apache-2.0
#include "sim/report/svg.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vqrom::report {
namespace {

constexpr double kWidth = 860.0;
constexpr double kLabelWidth = 190.0;
constexpr double kNoteWidth = 150.0;
constexpr double kRow = 22.0;
constexpr double kBarHeight = 14.0;
constexpr double kCharacter = 7.0;  // average advance at the page's 12 px
constexpr std::size_t kLongestLabel = 26;
constexpr std::size_t kMostCut = 2;
constexpr double kOutlier = 3.0;  // times the next bar
constexpr double kUncut = 0.8;    // of the plot, for the longest bar that is not cut

double total_of(const Bar& bar) {
  double total = 0.0;
  for (const double part : bar.parts) total += part;
  return total;
}

// Where a bar ends: at its parts or at its last mark.
double end_of(const Bar& bar) {
  double end = total_of(bar);
  for (const double mark : bar.marks) end = std::max(end, mark);
  return end;
}

// The value at the plot's right edge; longer bars are cut there.
double axis_end(const Chart& chart) {
  std::vector<double> ends;
  for (const Bar& bar : chart.bars) ends.push_back(end_of(bar));
  std::sort(ends.rbegin(), ends.rend());
  std::size_t cut = 0;
  if (chart.axis == Axis::kCutOutliers) {
    while (cut < kMostCut && cut + 1 < ends.size() && ends[cut] > kOutlier * ends[cut + 1]) ++cut;
  }
  const double longest = ends.empty() ? 0.0 : ends[cut];
  if (!(longest > 0.0) || !std::isfinite(longest)) return 1.0;
  return cut == 0 ? longest : longest / kUncut;
}

// The smallest of 1, 2, 5 times a power of ten that makes at most five steps.
double axis_step(double largest) {
  const double power = std::pow(10.0, std::floor(std::log10(largest / 5.0)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (largest / (factor * power) <= 5.0) return factor * power;
  }
  return 10.0 * power;
}

// A slanted gap across a bar whose row begins at y.
std::string break_sign(double x, double y) {
  return fmt::format("<path class=\"cut\" d=\"M{:.1f} {:.1f}l8 {:.0f}h6l-8 -{:.0f}z\"/>", x, y,
                     kBarHeight + 3, kBarHeight + 3);
}

std::string legend(const Chart& chart) {
  std::string svg;
  double x = kLabelWidth;
  const auto entry = [&](const std::string& shape, const std::string& name) {
    svg += shape + fmt::format("<text x=\"{:.1f}\" y=\"14\">{}</text>", x + 16, escape(name));
    x += 36 + kCharacter * static_cast<double>(name.size());
  };
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    entry(
        fmt::format(
            "<rect class=\"s{}\" x=\"{:.1f}\" y=\"4\" width=\"11\" height=\"11\" rx=\"2\"/>", s, x),
        chart.series[s]);
  }
  for (std::size_t m = 0; m < chart.marks.size(); ++m) {
    entry(fmt::format("<rect class=\"m{}\" x=\"{:.1f}\" y=\"3\" width=\"3\" height=\"13\"/>", m,
                      x + 5),
          chart.marks[m]);
  }
  return svg;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "–";
  if (std::abs(value) < 100.0) return fmt::format("{:.3g}", value);
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return (value < 0 ? "-" : "") + digits;
}

std::string bar_chart(const Chart& chart) {
  const double largest = axis_end(chart);
  const bool has_legend = chart.series.size() + chart.marks.size() > 1;
  const double top = has_legend ? 26.0 : 6.0;
  const double plot = kWidth - kLabelWidth - kNoteWidth;
  const double height = top + kRow * static_cast<double>(chart.bars.size()) + 34.0;
  const auto at = [&](double value) { return kLabelWidth + plot * std::min(1.0, value / largest); };

  std::string svg =
      fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">", kWidth,
                  height, escape(chart.title));
  if (has_legend) svg += legend(chart);
  const double bottom = height - 34.0;
  const double step = axis_step(largest);
  for (double value = 0.0; value <= largest * 1.0001; value += step) {
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"axis\" text-anchor=\"middle\" x=\"{0:.1f}\" y=\"{3:.1f}\">{4}</text>",
        at(value), top, bottom, bottom + 14, number_text(value));
  }
  const bool is_cut = std::any_of(chart.bars.begin(), chart.bars.end(),
                                  [&](const Bar& bar) { return end_of(bar) > largest; });
  svg += fmt::format(
      "<text class=\"axis\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">{}{}</text>",
      kLabelWidth + plot / 2, bottom + 29, escape(chart.unit),
      is_cut ? "; a broken bar is longer than drawn" : "");
  double y = top;
  for (const Bar& bar : chart.bars) {
    std::string label = bar.label;
    if (label.size() > kLongestLabel) label = label.substr(0, kLongestLabel - 1) + "…";
    svg += fmt::format("<text text-anchor=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                       kLabelWidth - 8, y + 12, escape(label));
    double from = 0.0;
    for (std::size_t s = 0; s < bar.parts.size(); ++s) {
      const double width = at(from + bar.parts[s]) - at(from);
      if (width > 0.0) {
        svg += fmt::format(
            "<rect class=\"s{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.0f}\"/>", s,
            at(from), y + 1.5, width, kBarHeight);
      }
      from += bar.parts[s];
    }
    if (end_of(bar) > largest) svg += break_sign(kLabelWidth + plot - 24, y);
    for (std::size_t m = 0; m < bar.marks.size(); ++m) {
      svg += fmt::format(
          "<rect class=\"m{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"2.5\" height=\"{:.0f}\"/>", m,
          at(bar.marks[m]) - 1, y - 0.5, kBarHeight + 4);
    }
    svg += fmt::format("<text class=\"note\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                       at(end_of(bar)) + 7, y + 12, escape(bar.note));
    y += kRow;
  }
  return svg + "</svg>";
}

}  // namespace vqrom::report
