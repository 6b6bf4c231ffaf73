// SPDX-License-Identifier: Apache-2.0
// rules_internal — the groups of rules behind check(), one file each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gen/netlist/netlist.h"
#include "sw/base/error.h"

namespace vqrom::netlist {

// Paths from inputs to outputs without a register, of the modules checked so far.
using ModulePaths = std::map<std::string, std::vector<CombinationalPath>>;

// A port of an instance as its surroundings see it.
struct PortView {
  std::string name;
  Direction direction = Direction::kInput;
  int width = 1;  // 0 when the parameters are illegal and so give no width
  PortKind kind = PortKind::kData;
};

[[nodiscard]] std::vector<PortView> ports_of(const Module& module, const Instance& instance);
[[nodiscard]] const PortView* find_port(const std::vector<PortView>& ports, std::string_view name);

// A slice in numbers, cut to what its net has.
struct BitRange {
  int net = 0;
  int lsb = 0;
  int count = 0;
};
[[nodiscard]] BitRange bits_of(const Module& module, const Slice& slice);
// "net", "net[3]" or "net[7:4]".
[[nodiscard]] std::string text_of(const Module& module, const BitRange& range);

// drc.name_clash, drc.reserved_word, and drc.unread of local parameters.
void check_names(const Design& design, base::Problems& problems);
// drc.unreachable.
void check_reachable(const Design& design, base::Problems& problems);
// drc.width, drc.port, drc.open_input, drc.parameter, drc.clock_as_data, drc.rom_*.
void check_connections(const Module& module, base::Problems& problems);
// drc.no_driver, drc.two_drivers, drc.unread.
void check_drivers(const Module& module, base::Problems& problems);
// drc.combinational_loop; adds the module's own paths to `paths`.
void check_loops(const Module& module, ModulePaths& paths, base::Problems& problems);

}  // namespace vqrom::netlist
