// SPDX-License-Identifier: Apache-2.0
// shim_source — writes the C++ that gives a Verilated class the interface of model_shim.h.
#pragma once

#include <string>
#include <string_view>

#include "sim/verilator/model_build.h"

namespace vqrom::sim {

// `header` is the text of Verilator's Vmodel.h, whose port list becomes the table. Aborts if it
// has no ports.
[[nodiscard]] std::string shim_source(std::string_view header, Waves waves);

// Changes whenever shim_source would write something else for the same header.
[[nodiscard]] std::string shim_source_version();

}  // namespace vqrom::sim
