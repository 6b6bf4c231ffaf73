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

double total_of(const Bar& bar) {
  double total = 0.0;
  for (const double part : bar.parts) total += part;
  return total;
}

// The smallest of 1, 2, 5 times a power of ten that makes at most five steps.
double axis_step(double largest) {
  const double power = std::pow(10.0, std::floor(std::log10(largest / 5.0)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (largest / (factor * power) <= 5.0) return factor * power;
  }
  return 10.0 * power;
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
  double largest = 0.0;
  for (const Bar& bar : chart.bars) {
    largest = std::max(largest, total_of(bar));
    for (const double mark : bar.marks) largest = std::max(largest, mark);
  }
  if (!(largest > 0.0) || !std::isfinite(largest)) largest = 1.0;
  const bool has_legend = chart.series.size() + chart.marks.size() > 1;
  const double top = has_legend ? 26.0 : 6.0;
  const double plot = kWidth - kLabelWidth - kNoteWidth;
  const double height = top + kRow * static_cast<double>(chart.bars.size()) + 34.0;
  const auto at = [&](double value) { return kLabelWidth + plot * value / largest; };

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
  svg +=
      fmt::format("<text class=\"axis\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                  kLabelWidth + plot / 2, bottom + 29, escape(chart.unit));
  double y = top;
  for (const Bar& bar : chart.bars) {
    std::string label = bar.label;
    if (label.size() > kLongestLabel) label = label.substr(0, kLongestLabel - 1) + "…";
    svg += fmt::format("<text text-anchor=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                       kLabelWidth - 8, y + 12, escape(label));
    double from = 0.0;
    for (std::size_t s = 0; s < bar.parts.size(); ++s) {
      svg += fmt::format(
          "<rect class=\"s{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.0f}\"/>", s,
          at(from), y + 1.5, at(from + bar.parts[s]) - at(from), kBarHeight);
      from += bar.parts[s];
    }
    for (std::size_t m = 0; m < bar.marks.size(); ++m) {
      svg += fmt::format(
          "<rect class=\"m{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"2.5\" height=\"{:.0f}\"/>", m,
          at(bar.marks[m]) - 1, y - 0.5, kBarHeight + 4);
    }
    const double end = std::max(
        from, bar.marks.empty() ? 0.0 : *std::max_element(bar.marks.begin(), bar.marks.end()));
    svg += fmt::format("<text class=\"note\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at(end) + 7,
                       y + 12, escape(bar.note));
    y += kRow;
  }
  return svg + "</svg>";
}

}  // namespace vqrom::report
