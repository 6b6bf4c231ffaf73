// SPDX-License-Identifier: Apache-2.0
#include "sim/report/section_parts.h"

#include <algorithm>

namespace vqrom::report {

namespace {

bool is_words(const std::string& cell) {
  return cell.find_first_not_of("0123456789,.-–") != std::string::npos;
}

}  // namespace

// Numbers stand at the right of their column, words at the left.
std::string table(const Row& head, const std::vector<Row>& rows) {
  std::string html =
      "<details><summary>The numbers</summary><div class=\"scroll\"><table><thead><tr>";
  const auto cell = [&](const char* tag, const std::string& text, bool words) {
    html += fmt::format("<{0}{1}>{2}</{0}>", tag, words ? " class=\"words\"" : "", escape(text));
  };
  for (std::size_t i = 0; i < head.size(); ++i) {
    cell("th", head[i], std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
           return i < row.size() && is_words(row[i]);
         }));
  }
  html += "</tr></thead><tbody>";
  for (const Row& row : rows) {
    html += "<tr>";
    for (const std::string& text : row) cell("td", text, is_words(text));
    html += "</tr>";
  }
  return html + "</tbody></table></div></details>";
}

std::string figure(const Chart& chart, const std::string& caption) {
  return "<figure>" + bar_chart(chart) + "<figcaption>" + escape(caption) +
         "</figcaption></figure>";
}

std::string paragraph(const std::string& text) {
  return "<p>" + escape(text) + "</p>";
}

}  // namespace vqrom::report
