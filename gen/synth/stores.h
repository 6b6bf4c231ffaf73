// SPDX-License-Identifier: Apache-2.0
// stores — the codebook kept in logic, a ROM macro, registers or SRAM: what each costs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gen/synth/memory_model.h"
#include "gen/synth/rom_image.h"
#include "gen/synth/yosys.h"

namespace vqrom::synth {

// Larger ROMs are synthesised bank by bank, a sample of them; larger register files are priced by
// the bit. Yosys 0.23 takes about 0.08 ms a bit of ROM, 0.5 ms a bit of registers and 0.6 ms a bit
// of a read port of them.
inline constexpr std::int64_t kLargestRom = 131072;
inline constexpr std::int64_t kLargestRegisters = 8192;
inline constexpr int kSampledBanks = 2;

// How a memory macro's area is brought to the target: µm² scaled by the square of the nodes'
// ratio, gates by the target's own NAND2. Generic gates have neither; there gates are counted in
// NAND2s of the macro's own technology.
struct Pricing {
  const Target* target = nullptr;
  int node_nm = 0;  // of the target; unused with generic gates

  [[nodiscard]] Area price(double um2, const MacroFamily& family) const;
};

enum class StoreKind { kStructured, kRomLogic, kRomMacro, kRegisters, kSram };

struct StoreArea {
  StoreKind kind = StoreKind::kRomLogic;
  std::string label;
  int copies = 1;          // of the whole store, one a read port; 1 with banks
  bool exact = false;      // synthesised whole; false: a sample, a figure a bit, or a macro model
  Area area;               // of all copies
  double native_ge = 0.0;  // macros: gates of the macro's own technology, unscaled; else area.ge
  std::string method;
  std::string citation;  // empty for what was synthesised
};

// What a structured codebook has beside a table: the ROM of its levels, the register of the index's
// low bits, and what joins them. Empty for a table.
[[nodiscard]] std::vector<Design> plan_structured(const config::Manifest& manifest);
// One copy, from the areas of the plan's designs in their order.
[[nodiscard]] StoreArea structured_area(const config::CodebookConfig& codebook,
                                        const std::vector<Area>& areas);

// The designs to synthesise for the table as a ROM in logic: the whole, or sampled banks and their
// selection.
struct RomPlan {
  std::vector<Design> designs;
  int banks = 1;
  int bank_entries = 0;
  bool emitted_banks = false;  // the designs are the banks of a banked store, all of them
};
// With an FPGA always the whole, and none for a structured codebook.
[[nodiscard]] RomPlan plan_rom_logic(const config::Manifest& manifest, const Target& target);
// One copy, from the areas of its plan's designs in their order.
[[nodiscard]] StoreArea rom_logic_area(const RomPlan& plan, const std::vector<Area>& areas);

// The leaves that a codebook in registers is made of: words with their write port, and a read port
// of them.
inline constexpr std::string_view kRegisterStore = "vq_codebook_registers";
inline constexpr std::string_view kRegisterPort = "vq_codebook_read";
[[nodiscard]] bool is_register_part(std::string_view module);

// The same for vq_codebook_registers with all read ports, or for one bank of it.
struct RegisterPlan {
  std::vector<Design> designs;  // the store without ports, and one port
  int entries = 0;              // synthesised
  int ports = 1;
  int banks = 1;  // of which the area has so many
  std::int64_t synthesised_bits = 0;
  std::int64_t wanted_bits = 0;
};
[[nodiscard]] RegisterPlan plan_registers(const config::AcceleratorConfig& config);
// Of one instance of either leaf without its children, from the areas of the plan's designs.
[[nodiscard]] Area register_part_area(const RegisterPlan& plan, std::string_view module,
                                      const std::vector<Area>& areas);
[[nodiscard]] StoreArea registers_area(const RegisterPlan& plan, const std::vector<Area>& areas);

// With an FPGA: the memory that programs load, one a read port.
[[nodiscard]] std::vector<Design> plan_memory(const config::Manifest& manifest);
[[nodiscard]] StoreArea memory_area(const config::AcceleratorConfig& config,
                                    const std::vector<Area>& areas);

// ROM macro by cells, ROM macro by the published gain, and one SRAM for each family: a macro for
// each read port or for each bank.
[[nodiscard]] std::vector<StoreArea> macro_stores(const MemoryModel& model, const Pricing& pricing,
                                                  const config::AcceleratorConfig& config);

}  // namespace vqrom::synth
