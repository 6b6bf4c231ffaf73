// SPDX-License-Identifier: Apache-2.0
// state_source — writes the C++ that gives a Verilated class the interface of state_shim.h.
//
// Verilator's own --savable writes the same members, but ends the process when it reads another
// model's file, and takes any value: one that is wider than its net is an index out of a memory's
// bounds. docs/decisions/0006-states-of-models.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vqrom::sim {

struct StateMember {
  std::string name;
  std::string type;    // as in the header, "VlUnpacked<CData/*7:0*/, 16>"
  int width_bits = 0;  // of an element
};

// The members of the class in `header`, the text of Verilator's Vmodel___024root.h, that make up
// its state. Errors: tool.unknown_output (a member of a kind that has no state to save as bytes).
[[nodiscard]] std::vector<StateMember> state_members(std::string_view header);

// For the unit that includes the shim: what state_source() needs of it.
[[nodiscard]] std::string state_access_source();
// For the unit that is not optimised. Errors: as state_members.
[[nodiscard]] std::string state_source(std::string_view header);

// Changes whenever state_source would write something else for the same header.
[[nodiscard]] std::string state_source_version();

}  // namespace vqrom::sim
