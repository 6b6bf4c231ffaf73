// SPDX-License-Identifier: Apache-2.0
// memory_model_data_test — the areas in the built-in memory model are those of the macros' files.
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace vqrom::synth
