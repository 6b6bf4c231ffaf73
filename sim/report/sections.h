// SPDX-License-Identifier: Apache-2.0
// sections — each part of the report: what was found, one figure, and the table behind it.
#pragma once

#include <string>
#include <vector>

#include "sim/report/inputs.h"

namespace vqrom::report {

struct Section {
  std::string title;
  std::string html;  // figures and tables, escaped
  std::string text;  // the same in a few lines for the terminal
};

// In reading order; parts whose results are missing are left out. Errors: report.content (a file
// lacks a value that its format has, or holds another type).
[[nodiscard]] std::vector<Section> make_sections(const Inputs& inputs);

}  // namespace vqrom::report
