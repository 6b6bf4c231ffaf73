// SPDX-License-Identifier: Apache-2.0
// rules — the design-rule checks: everything that is wrong with a netlist, found before it is text.
#pragma once

#include "gen/netlist/netlist.h"
#include "sw/base/error.h"

namespace vqrom::netlist {

// Every violation, in the order of the design. Codes (docs/errors/drc.md): drc.width,
// drc.no_driver, drc.two_drivers, drc.open_input, drc.port, drc.unread, drc.name_clash,
// drc.reserved_word, drc.parameter, drc.clock_as_data, drc.combinational_loop, drc.unreachable,
// drc.rom_missing, drc.rom_width, drc.rom_address.
[[nodiscard]] base::Problems check(const Design& design);

}  // namespace vqrom::netlist
