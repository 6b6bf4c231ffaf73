// SPDX-License-Identifier: Apache-2.0
// verilog — prints a netlist's modules as Verilog-2005 that people read.
#pragma once

#include <string>

#include "gen/netlist/netlist.h"

namespace vqrom::emit {

// Where a text comes from; printed at its head. No time and no path, so that equal inputs give
// equal bytes.
struct Provenance {
  std::string generator;  // "vqrom 0.1.0"
  std::string config_name;
  std::string config_sha256;  // of the bound configuration
  std::string codebook_sha256;
};

// The module's file: head, ports, items in the order of the netlist. At most 100 columns.
[[nodiscard]] std::string module_text(const netlist::Module& module, const Provenance& provenance);

// The $readmemh image of a ROM in the form kMemory or kMacro: one word a line, every address that
// the index can reach.
[[nodiscard]] std::string rom_image(const netlist::Module& module, const netlist::Rom& rom);
// The same as a memory initialisation file (.mif), hexadecimal, and the path for it beside
// rom.file.
[[nodiscard]] std::string rom_mif(const netlist::Module& module, const netlist::Rom& rom);
[[nodiscard]] std::string mif_file(const netlist::Rom& rom);

}  // namespace vqrom::emit
