// SPDX-License-Identifier: Apache-2.0
// store_area_test — what each store costs in the bundle that has it, and in the list of all stores.
#include <gmock/gmock.h>

#include "gen/emit/bundle.h"
#include "gen/synth/area.h"
#include "gen/synth/fpga.h"
#include "tests/gen/test_codebook.h"
#include "tests/temporary_directory.h"

namespace vqrom::synth {
namespace {

constexpr int kEntries = 24;
constexpr int kWordBits = 21;

class StoreBundle : public ::testing::Test {
 protected:
  [[nodiscard]] AreaReport measure(const std::string& storage, int ports,
                                   const std::string& keys = "",
                                   const Target& target = generic_target(),
                                   Scope scope = Scope::kWhole) const {
    const codebook::Codebook codebook = vqrom::test::random_codebook(kEntries, 3, 7);
    const config::AcceleratorConfig config = vqrom::test::bound_config(
        fmt::format(R"({{"top": "core", "array": {{"rows": 3, "columns": 4}},
                         "requantise": {{"lanes": 2}},
                         "codebook": {{"storage": "{}", "read_ports": {}{}}}}})",
                    storage, ports, keys),
        codebook);
    const std::filesystem::path bundle =
        directory_ / fmt::format("{}_{}_{}", storage, ports, keys.size());
    emit::write_bundle(emit::make_bundle(config, codebook), bundle);
    AreaOptions options;
    options.target = target;
    options.model = default_memory_model();
    options.cache = directory_ / "cache";
    options.scope = scope;
    return measure_bundle(bundle, options);
  }

  static const StoreArea& store(const AreaReport& report, StoreKind kind) {
    for (const StoreArea& each : report.stores) {
      if (each.kind == kind) return each;
    }
    ADD_FAILURE() << "no " << text_of(kind);
    return report.stores.front();
  }

  // Bits and gates of all modules of that kind and name.
  static double ge_of(const AreaReport& report, const std::string& prefix) {
    double ge = 0.0;
    for (const ModuleArea& module : report.modules) {
      if (module.name.starts_with(prefix)) {
        ge += module.one.ge * static_cast<double>(module.instances);
      }
    }
    return ge;
  }

  static double ge_of_registers(const AreaReport& report) {
    return ge_of(report, "vq_codebook_registers") + ge_of(report, "vq_codebook_read");
  }

  static const BlockArea& block(const AreaReport& report, PartKind kind) {
    for (const BlockArea& each : report.blocks) {
      if (each.kind == kind && each.name == "u_decode") return each;
    }
    ADD_FAILURE() << "no " << text_of(kind) << " in u_decode";
    return report.blocks.front();
  }

  vqrom::test::TemporaryDirectory directory_;
};

class WholeBundles : public StoreBundle {
 protected:
  void expect_registers();
  void expect_macros();
  void expect_banks();
};

// The same accelerator, the store apart, as one that loads its codebook into memories.
void WholeBundles::expect_registers() {
  const AreaReport registers = measure("registers", 2);
  const AreaReport sram = measure("sram", 2);
  EXPECT_NEAR(ge_of_registers(registers), store(registers, StoreKind::kRegisters).area.ge, 1e-9);
  EXPECT_NEAR(registers.total.ge - ge_of_registers(registers),
              sram.total.ge - block(sram, PartKind::kMemory).area.ge, 1e-6);
  EXPECT_NEAR(store(sram, StoreKind::kRegisters).area.ge,
              store(registers, StoreKind::kRegisters).area.ge, 1e-9);
  EXPECT_EQ(block(registers, PartKind::kMemory).bits, kEntries * kWordBits);
  EXPECT_EQ(block(registers, PartKind::kMemory).instances, 1);
  EXPECT_EQ(block(sram, PartKind::kMemory).bits, 2 * kEntries * kWordBits);
  EXPECT_GE(block(registers, PartKind::kMemory).area.flip_flops, (kEntries + 2) * kWordBits);
}

// And as one with the table in logic.
void WholeBundles::expect_macros() {
  const AreaReport macro = measure("rom_macro", 2);
  const AreaReport logic = measure("rom_logic", 2);
  EXPECT_EQ(macro.stores.front().kind, StoreKind::kRomLogic);
  EXPECT_NEAR(store(macro, StoreKind::kRomLogic).area.ge,
              store(logic, StoreKind::kRomLogic).area.ge, 1e-9);
  EXPECT_NEAR(ge_of(macro, "vq_codebook_rom"), store(macro, StoreKind::kRomMacro).area.ge, 1e-9);
  EXPECT_NEAR(macro.total.ge - store(macro, StoreKind::kRomMacro).area.ge,
              logic.total.ge - store(logic, StoreKind::kRomLogic).area.ge, 1e-6);
}

// Each bank is there once; what shares them out belongs to the decoder.
void WholeBundles::expect_banks() {
  constexpr const char* kBanks = R"(, "ports_by": "banking", "banks": 4)";
  const AreaReport copies = measure("rom_logic", 4);
  for (const char* storage : {"rom_logic", "rom_memory", "rom_macro"}) {
    SCOPED_TRACE(storage);
    const AreaReport banks = measure(storage, 4, kBanks);
    const StoreArea& logic = store(banks, StoreKind::kRomLogic);
    EXPECT_EQ(logic.copies, 1);
    EXPECT_TRUE(logic.exact);
    EXPECT_LT(logic.area.ge, store(copies, StoreKind::kRomLogic).area.ge);
    const bool macro = std::string_view(storage) == "rom_macro";
    EXPECT_NEAR(ge_of(banks, "vq_codebook_bank"),
                macro ? store(banks, StoreKind::kRomMacro).area.ge : logic.area.ge, 1e-9);
    EXPECT_EQ(block(banks, PartKind::kRom).bits, kEntries * kWordBits);
    EXPECT_EQ(block(banks, PartKind::kRom).instances, 4);
    EXPECT_GT(ge_of(banks, "vq_bank_read"), 0.0);
    EXPECT_NEAR(banks.decode.ge - ge_of(banks, "vq_bank_read"), copies.decode.ge,
                20.0);  // vq_select of the read enable
  }
  const AreaReport registers = measure("registers", 4, kBanks);
  EXPECT_NEAR(ge_of_registers(registers), store(registers, StoreKind::kRegisters).area.ge, 1e-9);
  EXPECT_EQ(block(registers, PartKind::kMemory).bits, kEntries * kWordBits);
  EXPECT_LT(store(registers, StoreKind::kRegisters).area.ge,
            store(measure("registers", 4), StoreKind::kRegisters).area.ge);
  const AreaReport sram = measure("sram", 4, kBanks);
  EXPECT_EQ(block(sram, PartKind::kMemory).bits, kEntries * kWordBits);
  EXPECT_EQ(block(sram, PartKind::kMemory).instances, 4);
}

// One test, so that what the bundles share is synthesised once.
TEST_F(WholeBundles, DifferByTheirStoresAlone) {
  expect_registers();
  expect_macros();
  expect_banks();
}

TEST_F(StoreBundle, OfRegistersIsFlipFlopsOnAnFpgaAndAMacroIsRefused) {
  const AreaReport registers =
      measure("registers", 1, "", fpga_target(Fpga::kIce40), Scope::kCodebookOnly);
  EXPECT_EQ(registers.stores.back().kind, StoreKind::kRegisters);
  EXPECT_GE(registers.stores.back().area.flip_flops, (kEntries + 1) * kWordBits);
  EXPECT_EQ(registers.stores.back().area.block_rams, 0);
  EXPECT_EQ(registers.stores.size(), 1U);
  EXPECT_THAT(
      vqrom::test::error_message([&] {
        (void)measure("rom_macro", 1, "", fpga_target(Fpga::kIce40), Scope::kCodebookOnly);
      }),
      ::testing::HasSubstr("codebook.storage is rom_macro, a black box, which no FPGA has"));
}

}  // namespace
}  // namespace vqrom::synth
