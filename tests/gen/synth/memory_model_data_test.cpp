// SPDX-License-Identifier: Apache-2.0
// memory_model_data_test — areas and energies of the built-in models are those of the macros'
// files.
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>

#include "gen/synth/energy_model.h"
#include "gen/synth/memory_model.h"
#include "sw/base/file.h"

namespace vqrom::synth {
namespace {

namespace fs = std::filesystem;

// The first `area : <number>` in the file, which is the macro's.
double area_in(const fs::path& path) {
  const std::string text = base::read_file(path);
  static const std::regex pattern(R"(\n\s*area\s*:\s*([0-9.]+))");
  std::smatch match;
  return std::regex_search(text, match, pattern) ? std::stod(match[1]) : 0.0;
}

TEST(MemoryModelData, AreasAreThoseOfTheLibertyFiles) {
  const fs::path liberty = fs::path(VQROM_DATA_DIR) / "liberty";
  if (!fs::exists(liberty)) GTEST_SKIP() << "no " << liberty;
  int checked = 0;
  for (const MacroFamily& family : default_memory_model().sram) {
    for (const Macro& macro : family.macros) {
      for (const char* folder : {"ihp_sg13g2", "sky130_sram"}) {
        const fs::path path = liberty / folder / macro.source;
        if (!fs::exists(path)) continue;
        EXPECT_NEAR(macro.um2, area_in(path), 1e-3) << path;
        ++checked;
      }
    }
  }
  EXPECT_EQ(checked, 14);  // all but the two that are given by the bit
}

// The number in the first `values (…)` behind `condition`.
double energy_in(const std::string& text, const std::string& condition) {
  const std::size_t at = text.find(fmt::format("when : \"{}\";", condition));
  if (at == std::string::npos) return 0.0;
  const std::size_t open = text.find("values (", at);
  return open == std::string::npos ? 0.0 : std::stod(text.substr(open + 8, 12));
}

TEST(MemoryModelData, EnergiesAreThoseOfTheLibertyFiles) {
  const fs::path folder = fs::path(VQROM_DATA_DIR) / "liberty" / "ihp_sg13g2";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  const EnergyFamily foundry = default_energy_model().sram.front();
  EXPECT_EQ(foundry.macros.size(), 10U);
  for (const EnergyMacro& macro : foundry.macros) {
    const std::string text = base::read_file(folder / macro.source);
    EXPECT_DOUBLE_EQ(macro.read_pj, energy_in(text, "A_MEN  & !A_WEN & A_REN")) << macro.source;
    EXPECT_DOUBLE_EQ(macro.write_pj, energy_in(text, "A_MEN  & A_WEN  & !A_REN")) << macro.source;
  }
}

}  // namespace
}  // namespace vqrom::synth
