// SPDX-License-Identifier: Apache-2.0
// section_parts — what sections are made of: values of the results, tables, figures.
#pragma once

#include <string>
#include <vector>

#include "sim/report/inputs.h"
#include "sim/report/svg.h"
#include "sw/base/error.h"

namespace vqrom::report {

using Row = std::vector<std::string>;

// The value at a JSON pointer; report.content names file and key if it is not there.
template <typename T>
T value_at(const Document& document, const base::Json& json, const std::string& pointer) {
  try {
    return json.at(base::Json::json_pointer(pointer)).get<T>();
  } catch (const base::Json::exception&) {
    throw base::UserError("report.content", document.file,
                          fmt::format("has no usable value at {}", pointer));
  }
}
template <typename T>
T value_at(const Document& document, const std::string& pointer) {
  return value_at<T>(document, document.json, pointer);
}

// HTML, escaped.
[[nodiscard]] std::string table(const Row& head, const std::vector<Row>& rows);
[[nodiscard]] std::string figure(const Chart& chart, const std::string& caption);
[[nodiscard]] std::string paragraph(const std::string& text);

}  // namespace vqrom::report
