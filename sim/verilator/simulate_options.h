// SPDX-License-Identifier: Apache-2.0
// simulate_options — the command line of `vqrom simulate`, and what its two forms do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "sim/core/memory_timing.h"
#include "sim/core/run_outputs.h"
#include "sim/verilator/model_build.h"
#include "sim/verilator/verilated_model.h"

namespace vqrom::sim {

struct CheckpointOptions {
  std::filesystem::path save;       // a directory; empty: none
  std::size_t every = 1;            // layers
  std::vector<std::string> layers;  // after these alone; empty: see `every`
  std::filesystem::path resume;     // a file, or a directory of them; empty: from the start
};

struct SimulateOptions {
  std::filesystem::path bundle;
  std::filesystem::path what;     // a .vqnet file, or a program's directory
  std::filesystem::path network;  // of the program
  std::filesystem::path codebook;
  std::filesystem::path input;
  std::string engine = "rtl";  // "systemc", "timing", "all"
  bool check = false;          // that all engines count the same
  std::int64_t image = 0;
  std::optional<std::uint64_t> stalls;
  // Layers of a .vqnet.
  std::vector<std::string> layers;
  // Programs: program, network and input of each further run; memory.
  std::vector<std::tuple<std::string, std::string, std::string>> then;
  int latency_cycles = 100;
  int outstanding = 16;
  int cycles_per_word = 1;
  int refresh_interval_cycles = 0;
  int refresh_cycles = 0;
  RunOutputOptions outputs;  // of .vqnet layers, json alone
  std::uint32_t watchdog_cycles = 0;
  // Waves.
  std::string trace;
  std::filesystem::path trace_file;
  std::int64_t trace_from = 0;
  std::int64_t trace_cycles = 10'000;
  CheckpointOptions checkpoints;  // of programs on the RTL
  [[nodiscard]] bool uses_checkpoints() const {
    return !checkpoints.save.empty() || !checkpoints.resume.empty();
  }
};

// Of the bytes in which feature maps stand before run number `run`.
[[nodiscard]] constexpr std::uint64_t poison_of(std::size_t run) {
  return run + 1;
}

// Builds the model, with waves if a layer is traced or checkpoints are used, and says so: the same
// model saves a checkpoint and traces a layer from it.
[[nodiscard]] VerilatedModel load_model(const SimulateOptions& options,
                                        const VerilogDesign& design);

// The memory that programs run with.
[[nodiscard]] AxiMemoryOptions memory_of(const SimulateOptions& options);

// All but the timing engine alone: layers or programs, as `options.what` is. `argv` is the command
// line. Errors: tool.missing (vqrom-simulate-values does not stand beside the program).
void simulate_values(const SimulateOptions& options, char** argv);
// Every convolution and linear layer of a .vqnet on vq_core, one by one.
void simulate_layers(const SimulateOptions& options);
// Programs on the RTL of vq_accelerator or on its SystemC model, one after the other; with the
// engine "all" on both and on the timing engine too.
void simulate_programs(const SimulateOptions& options);
// Programs on the timing engine alone: nothing is built, no network or input is read.
void simulate_timing(const SimulateOptions& options);

}  // namespace vqrom::sim
