// SPDX-License-Identifier: Apache-2.0
// page — one self-contained HTML page: no scripts, no fonts or pictures to load, light and dark.
#pragma once

#include <string>
#include <vector>

#include "sim/report/sections.h"

namespace vqrom::report {

[[nodiscard]] std::string html_page(const std::string& title, const std::vector<Section>& sections);
[[nodiscard]] std::string terminal_summary(const std::vector<Section>& sections);

}  // namespace vqrom::report
