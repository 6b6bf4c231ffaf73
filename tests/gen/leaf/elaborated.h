// SPDX-License-Identifier: Apache-2.0
// elaborated — a leaf's text as Yosys understands it: ports, widths, paths without registers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gen/netlist/contract.h"
#include "sw/base/json.h"

namespace vqrom::leaf {

struct ElaboratedPort {
  std::string name;
  netlist::Direction direction = netlist::Direction::kInput;
  int width = 0;
  friend bool operator==(const ElaboratedPort&, const ElaboratedPort&) = default;
};

struct Elaborated {
  std::vector<ElaboratedPort> ports;              // in the order of the text
  std::vector<netlist::CombinationalPath> paths;  // sorted; clock and reset start none
  std::vector<std::string> latches;               // names of level-sensitive cells
};

// Elaborates the leaf once for each set of parameters, in one run of Yosys.
[[nodiscard]] std::vector<Elaborated> elaborate(const netlist::Contract& contract,
                                                const std::vector<netlist::Values>& sets);

// Writes every leaf's file.
void write_leaves(const std::filesystem::path& directory);

}  // namespace vqrom::leaf
