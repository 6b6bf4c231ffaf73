// SPDX-License-Identifier: Apache-2.0
// contracts — a list of contracts for each folder of hw/rtl, and the words to write them with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gen/netlist/contract.h"
#include "sw/base/checked.h"

namespace vqrom::leaf {

[[nodiscard]] std::vector<netlist::Contract> memory_leaves();
[[nodiscard]] std::vector<netlist::Contract> stream_leaves();
[[nodiscard]] std::vector<netlist::Contract> decode_leaves();
[[nodiscard]] std::vector<netlist::Contract> compute_leaves();
[[nodiscard]] std::vector<netlist::Contract> control_leaves();
[[nodiscard]] std::vector<netlist::Contract> run_leaves();    // of hw/rtl/control: RUNs
[[nodiscard]] std::vector<netlist::Contract> width_leaves();  // of several index widths

// The widest bus and the longest count that a contract allows; above it, simulators give up first.
inline constexpr std::int64_t kWidest = 1 << 20;
inline constexpr std::int64_t kLongest = 1 << 20;
inline constexpr std::int64_t kLongestBits = 20;  // count to it

[[nodiscard]] inline netlist::ContractPort in(std::string name, netlist::Expression width = 1) {
  return {std::move(name), netlist::Direction::kInput, std::move(width), netlist::PortKind::kData};
}
[[nodiscard]] inline netlist::ContractPort out(std::string name, netlist::Expression width = 1) {
  return {std::move(name), netlist::Direction::kOutput, std::move(width), netlist::PortKind::kData};
}
[[nodiscard]] inline netlist::ContractPort clock_port() {
  return {"clk", netlist::Direction::kInput, 1, netlist::PortKind::kClock};
}
[[nodiscard]] inline netlist::ContractPort reset_port() {
  return {"rst_n", netlist::Direction::kInput, 1, netlist::PortKind::kReset};
}

// What depends on what in vq_word_route, whatever chooses the words of a tile.
[[nodiscard]] std::vector<netlist::CombinationalPath> word_route_paths();

// Whether `bits` bits count 0 … count-1.
[[nodiscard]] inline bool counts_to(std::int64_t bits, std::int64_t count) {
  return (std::int64_t{1} << bits) >= count;
}

}  // namespace vqrom::leaf
