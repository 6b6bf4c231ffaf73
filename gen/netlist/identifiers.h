// SPDX-License-Identifier: Apache-2.0
// identifiers — which names a Verilog text may use.
#pragma once

#include <string_view>

namespace vqrom::netlist {

// A reserved word of Verilog-2005 (IEEE 1364-2005, Annex B) or SystemVerilog-2017 (IEEE 1800-2017,
// Annex B). The emitted text is Verilog-2005, but tools read it as SystemVerilog too.
[[nodiscard]] bool is_reserved_word(std::string_view name);

// A simple identifier: a letter or _, then letters, digits and _; at most 128 characters.
[[nodiscard]] bool is_identifier(std::string_view name);

}  // namespace vqrom::netlist
