// SPDX-License-Identifier: Apache-2.0
// model_build — Verilog to a shared library that runs it (by Verilator and g++), kept in the cache.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace vqrom::sim {

enum class Waves { kNone, kVcd, kFst };
// Whether a model's state can be saved and loaded (sim/verilator/state_shim.h).
enum class State { kFixed, kSavable };

// What to record for a file of that name: .fst (small) or .vcd (text). Errors: simulate.waves for
// another extension.
[[nodiscard]] Waves waves_of(const std::filesystem::path& file);

// Plain Verilog-2005 with at most one clock, `clk`.
struct VerilogDesign {
  std::string top;
  std::vector<std::filesystem::path> sources;                        // in compile order
  std::vector<std::pair<std::string, std::string>> parameters = {};  // of the top, as Verilog text
  // Files that $readmemh reads, by the macro that names them; kept beside the library.
  std::vector<std::pair<std::string, std::filesystem::path>> data_files = {};
};

// The path of the library (sim/verilator/model_shim.h is its interface). Built once for the same
// sources, parameters and tool versions; a second process that wants it waits for the first.
// Errors: file.*, tool.missing, tool.failed with the tool's last words; of a savable model also
// tool.unknown_output.
[[nodiscard]] std::filesystem::path build_model(const VerilogDesign& design,
                                                Waves waves = Waves::kNone,
                                                State state = State::kFixed);

// A SHA-256 of all that decides what a model does in which cycle: sources, parameters, data files
// and Verilator's version. Errors: file.*, tool.missing.
[[nodiscard]] std::string model_identity(const VerilogDesign& design);

}  // namespace vqrom::sim
