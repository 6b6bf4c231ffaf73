// SPDX-License-Identifier: Apache-2.0
// fpga_report — the tables of an AreaReport whose target is an FPGA.
#include "gen/synth/area.h"
#include "gen/synth/fpga.h"

namespace vqrom::synth {
namespace {

std::string columns(const Area& area) {
  return fmt::format("{:>8} {:>8} {:>9} {:>8} {:>9} {:>6}", area.luts, area.carries,
                     area.flip_flops, area.lut_rams, area.block_rams, area.dsps);
}

constexpr const char* kHead = "     LUT    carry        FF   LUTRAM  blockRAM    DSP";

}  // namespace

std::string fpga_tables(const AreaReport& report) {
  std::string text;
  if (!report.blocks.empty()) {
    text += fmt::format("{:<20} {:<7} {:>5} {}\n", "block", "kind", "count", kHead);
    for (const BlockArea& block : report.blocks) {
      text += fmt::format("{:<20} {:<7} {:>5} {}\n", block.name, text_of(block.kind),
                          block.instances, columns(block.area));
    }
    text += fmt::format("{:<20} {:<7} {:>5} {}\n\n", "total", "", 1, columns(report.total));
  }
  text += fmt::format("{:<26} {:>6} {}  how\n", "codebook store", "copies", kHead);
  for (const StoreArea& store : report.stores) {
    text += fmt::format("{:<26} {:>6} {}  {}\n", store.label, store.copies, columns(store.area),
                        store.method);
  }
  return text + fmt::format(
                    "\na block RAM of {} holds {} bits; a cell of distributed memory is "
                    "counted as one LUTRAM, whatever its size\n",
                    label_of(*report.target.fpga), block_ram_bits(*report.target.fpga));
}

}  // namespace vqrom::synth
