// SPDX-License-Identifier: Apache-2.0
// csv — cells of comma-separated tables.
#pragma once

#include <string>
#include <string_view>

namespace vqrom::base {

// Quoted where it has to be (RFC 4180).
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace vqrom::base
