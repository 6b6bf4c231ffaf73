// SPDX-License-Identifier: Apache-2.0
#include "sim/report/section_parts.h"

namespace vqrom::report {

std::string table(const Row& head, const std::vector<Row>& rows) {
  std::string html =
      "<details><summary>The numbers</summary><div class=\"scroll\"><table><thead><tr>";
  for (const std::string& cell : head) html += "<th>" + escape(cell) + "</th>";
  html += "</tr></thead><tbody>";
  for (const Row& row : rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + escape(cell) + "</td>";
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
