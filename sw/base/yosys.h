// SPDX-License-Identifier: Apache-2.0
// yosys — runs a Yosys script in a folder of its own, and how all of ours map to gates.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vqrom::base {

// A file that Yosys reads: Verilog, or the data of a $readmemh.
struct SourceFile {
  std::string name;  // as Yosys finds it, relative to where it runs
  std::string text;
};

inline constexpr double kTransistorsPerGate = 4.0;  // of a two-input NAND in static CMOS

// Yosys 0.23's own ABC script (commas for blanks) but for one bound: its `&fraig -x` tries a
// million conflicts to prove two nodes equal, which takes minutes in a multiplier, where many are
// nearly equal. A thousand find the same (docs/formats/area.md). To simple gates, multiplexers and
// and-or-inverts, or to the library `cells.lib`.
inline constexpr std::string_view kAbcGates =
    "abc -g NAND,NOR,XOR,XNOR,MUX,AOI3,OAI3,AOI4,OAI4 "
    "-script +strash;&get,-n;&fraig,-x,-C,1000;&put;scorr;dc2;dretime;strash;&get,-n;&dch,-f;"
    "&nf;&put\n";
inline constexpr std::string_view kAbcLiberty =
    "abc -liberty cells.lib "
    "-script +strash;&get,-n;&fraig,-x,-C,1000;&put;scorr;dc2;dretime;strash;&get,-n;&dch,-f;"
    "&nf;&put\n";

// Runs a script in a folder of its own that holds `files` and, as `cells.lib`, the library; gives
// back the text of `result`, a file that the script writes. Errors: file.missing (the library),
// tool.missing, tool.failed.
[[nodiscard]] std::string run_yosys(std::string_view script, const std::vector<SourceFile>& files,
                                    const std::string& result,
                                    const std::filesystem::path& liberty = {});

}  // namespace vqrom::base
