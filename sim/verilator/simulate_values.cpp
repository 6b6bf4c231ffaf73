// SPDX-License-Identifier: Apache-2.0
// simulate_values — what vqrom-simulate-values does: all that computes values.
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "sim/verilator/simulate_options.h"

namespace vqrom::sim {

VerilatedModel load_model(const SimulateOptions& options, const VerilogDesign& design) {
  Waves waves = options.uses_checkpoints() ? Waves::kFst : Waves::kNone;
  if (!options.trace.empty()) waves = waves_of(options.trace_file);
  const State state = options.uses_checkpoints() ? State::kSavable : State::kFixed;
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path library = build_model(design, waves, state);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("RTL model ready after {:.1f} s\n", seconds.count());
  return VerilatedModel(library);
}

void simulate_values(const SimulateOptions& options, char** /*argv*/) {
  if (std::filesystem::is_directory(options.what)) return simulate_programs(options);
  simulate_layers(options);
}

}  // namespace vqrom::sim
