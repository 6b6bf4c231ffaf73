// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/fpga.h"

#include <algorithm>
#include <vector>

#include "sw/base/error.h"

namespace vqrom::synth {
namespace {

// Cells of one kind, by the beginning of their names, and how much each counts.
struct Cells {
  std::string_view prefix;
  std::int64_t Area::*count;  // null: part of a LUT's or carry's own cell
  std::int64_t times = 1;
};

// The longest prefix decides. Names: Yosys 0.23, techlibs/{ice40,ecp5,xilinx}/cells_sim.v.
const std::vector<Cells>& cells_of(Fpga fpga) {
  static const std::vector<Cells> ice40 = {
      {"SB_LUT4", &Area::luts},      {"SB_CARRY", &Area::carries},
      {"SB_DFF", &Area::flip_flops}, {"SB_RAM40_4K", &Area::block_rams},
      {"SB_MAC16", &Area::dsps},     {"SB_SPRAM256KA", &Area::block_rams, 64},
  };
  static const std::vector<Cells> ecp5 = {
      {"LUT4", &Area::luts},
      {"CCU2C", &Area::carries},
      {"TRELLIS_FF", &Area::flip_flops},
      {"TRELLIS_DPR16X4", &Area::lut_rams},
      {"DP16KD", &Area::block_rams},
      {"PDPW16KD", &Area::block_rams},
      {"MULT18X18D", &Area::dsps},
      {"ALU54B", &Area::dsps},
      {"PFUMX", nullptr},
      {"L6MUX21", nullptr},
  };
  static const std::vector<Cells> xilinx = {
      {"LUT", &Area::luts},
      {"INV", &Area::luts},
      {"CARRY4", &Area::carries},
      {"FD", &Area::flip_flops},
      {"LD", &Area::flip_flops},
      {"RAM", &Area::lut_rams},
      {"RAMB18E1", &Area::block_rams},
      {"RAMB36E1", &Area::block_rams, 2},
      {"SRL", &Area::lut_rams},
      {"DSP48E1", &Area::dsps},
      {"MUXF", nullptr},
  };
  switch (fpga) {
    case Fpga::kIce40:
      return ice40;
    case Fpga::kEcp5:
      return ecp5;
    case Fpga::kXilinx7:
      return xilinx;
  }
  return ice40;
}

const Cells* find_cells(Fpga fpga, std::string_view type) {
  const Cells* best = nullptr;
  for (const Cells& cells : cells_of(fpga)) {
    if (!type.starts_with(cells.prefix)) continue;
    if (best == nullptr || cells.prefix.size() > best->prefix.size()) best = &cells;
  }
  return best;
}

}  // namespace

std::string_view text_of(Fpga fpga) {
  switch (fpga) {
    case Fpga::kIce40:
      return "ice40";
    case Fpga::kEcp5:
      return "ecp5";
    case Fpga::kXilinx7:
      return "xilinx7";
  }
  return "";
}

std::string_view label_of(Fpga fpga) {
  switch (fpga) {
    case Fpga::kIce40:
      return "iCE40 HX";
    case Fpga::kEcp5:
      return "ECP5";
    case Fpga::kXilinx7:
      return "Xilinx 7 series";
  }
  return "";
}

std::int64_t block_ram_bits(Fpga fpga) {
  return fpga == Fpga::kIce40 ? 4096 : 18432;
}

Target fpga_target(Fpga fpga) {
  Target target;
  target.fpga = fpga;
  return target;
}

std::string synthesis_command(Fpga fpga, std::string_view top) {
  switch (fpga) {
    case Fpga::kIce40:
      return fmt::format("synth_ice40 -top {}\n", top);
    case Fpga::kEcp5:
      return fmt::format("synth_ecp5 -top {}\n", top);
    case Fpga::kXilinx7:
      return fmt::format("synth_xilinx -family xc7 -noiopad -noclkbuf -top {}\n", top);
  }
  return "";
}

Area measure_fpga(Fpga fpga, const CellCounts& cells, const std::set<std::string>& children,
                  std::string_view module) {
  Area area;
  for (const auto& [type, count] : cells) {
    if (children.contains(type)) continue;
    const Cells* found = find_cells(fpga, type);
    if (found == nullptr) {
      throw base::UserError("area.unmapped", std::string(module),
                            fmt::format("Yosys left {} of {}, which is none of the cells of {} "
                                        "that are counted",
                                        count, type, label_of(fpga)));
    }
    area.cells += count;
    if (found->count != nullptr) area.*(found->count) += count * found->times;
  }
  return area;
}

}  // namespace vqrom::synth
