// SPDX-License-Identifier: Apache-2.0
// leaves — contracts and texts of the hand-written Verilog modules in hw/rtl.
//
// A contract repeats in C++ what the generator needs of a module's head; tests/gen/leaf elaborates
// each text in Yosys and compares, so the two cannot drift apart.
#pragma once

#include <string_view>
#include <vector>

#include "gen/netlist/contract.h"

namespace vqrom::leaf {

// All leaves in compile order: a leaf after those that its text instantiates.
[[nodiscard]] const std::vector<netlist::Contract>& all_leaves();
// The contract of that module; aborts if there is none.
[[nodiscard]] const netlist::Contract& find_leaf(std::string_view name);
// The Verilog text of the leaf, as in hw/rtl; aborts if there is none.
[[nodiscard]] std::string_view leaf_text(std::string_view name);

}  // namespace vqrom::leaf
