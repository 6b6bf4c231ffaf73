// SPDX-License-Identifier: Apache-2.0
// fpga — FPGA families as targets: how Yosys synthesises for them, and what their cells are.
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "gen/synth/target.h"

namespace vqrom::synth {

inline constexpr std::array kFpgas = {Fpga::kIce40, Fpga::kEcp5, Fpga::kXilinx7};

[[nodiscard]] std::string_view text_of(Fpga fpga);  // ice40, ecp5, xilinx7
// For people: "iCE40 HX", "ECP5", "Xilinx 7 series".
[[nodiscard]] std::string_view label_of(Fpga fpga);
// A block RAM as it is counted: 4 kbit (iCE40), 18 kbit (ECP5, and Xilinx 7, where one of 36 kbit
// counts as two).
[[nodiscard]] std::int64_t block_ram_bits(Fpga fpga);

[[nodiscard]] Target fpga_target(Fpga fpga);

// The command that synthesises module `top`, without pads and clock buffers.
[[nodiscard]] std::string synthesis_command(Fpga fpga, std::string_view top);

// Adds up a module's own cells; types in `children` are its black boxes and cost nothing here.
// Errors: area.unmapped for a cell that is none of the family's.
[[nodiscard]] Area measure_fpga(Fpga fpga, const CellCounts& cells,
                                const std::set<std::string>& children, std::string_view module);

}  // namespace vqrom::synth
