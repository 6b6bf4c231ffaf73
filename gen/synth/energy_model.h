// SPDX-License-Identifier: Apache-2.0
// energy_model — what one access or operation takes, from cited figures that are never scaled here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sw/base/json.h"

namespace vqrom::synth {

struct EnergyMacro {
  std::int64_t words = 0;
  std::int64_t bits = 0;  // of a word
  double read_pj = 0.0;   // of one access
  double write_pj = 0.0;
  std::string source;
};

struct EnergyFamily {
  std::string name;
  std::string label;
  int node_nm = 0;
  std::string citation;
  std::vector<EnergyMacro> macros;
};

struct EnergyModel {
  double dram_least_pj_per_byte = 0.0;
  double dram_most_pj_per_byte = 0.0;
  double mac_pj = 0.0;
  double register_pj_per_bit = 0.0;
  std::vector<EnergyFamily> sram;
  double rom_share = 1.0;              // of an SRAM read
  std::vector<std::string> citations;  // of all but sram, each behind what it is for
};

struct AccessEnergy {
  double read_pj = 0.0;
  double write_pj = 0.0;
};

// Of a memory made of the family's macros side by side, all of one kind: the kind whose read takes
// least. Of macros on top of each other, for a memory deeper than all, one is read at a time.
[[nodiscard]] AccessEnergy sram_energy(const EnergyFamily& family, std::int64_t words,
                                       std::int64_t bits);

// Errors: file.*, json.syntax, area.energy_model.
[[nodiscard]] EnergyModel read_energy_model(const std::filesystem::path& path);
[[nodiscard]] EnergyModel default_energy_model();
[[nodiscard]] EnergyModel parse_energy_model(const base::Json& json, std::string_view place);

}  // namespace vqrom::synth
