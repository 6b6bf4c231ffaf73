// SPDX-License-Identifier: Apache-2.0
// simulate_main — `vqrom simulate`: layers or programs on the generated RTL, against the reference.
#include <CLI/CLI.hpp>
#include <chrono>

#include <fmt/format.h>

#include "sim/verilator/simulate_options.h"
#include "sw/base/error.h"
#include "sw/base/program.h"

namespace vqrom::sim {

VerilatedModel load_model(const SimulateOptions& options, const VerilogDesign& design) {
  const Waves waves = options.trace.empty() ? Waves::kNone : waves_of(options.trace_file);
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path library = build_model(design, waves);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("RTL model ready after {:.1f} s\n", seconds.count());
  return VerilatedModel(library);
}

AxiMemoryOptions memory_of(const SimulateOptions& options) {
  AxiMemoryOptions memory;
  memory.read_latency_cycles = options.latency_cycles;
  memory.write_latency_cycles = options.latency_cycles;
  memory.outstanding = options.outstanding;
  memory.stall_seed = options.stalls.value_or(0);
  return memory;
}

}  // namespace vqrom::sim

namespace {

using vqrom::sim::SimulateOptions;

void add_program_options(CLI::App& app, SimulateOptions& options) {
  app.add_option("--network", options.network, "the program's network, .vqnet");
  app.add_option("--then", options.then,
                 "another run after it: program, network and input; may be given again, and may "
                 "name a program once more. All programs stand in memory from the start")
      ->type_name("PROGRAM NETWORK INPUT");
  app.add_option("--engine", options.engine,
                 "what runs a program: rtl, with all values; systemc, the same and faster; timing, "
                 "cycles and counters only; or all, one after the other")
      ->capture_default_str()
      ->check(CLI::IsMember({"rtl", "systemc", "timing", "all"}));
  app.add_flag("--check", options.check,
               "with --engine all: every count of every layer must be the same");
  app.add_option("--latency", options.latency_cycles, "cycles from a request to its data or answer")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  app.add_option("--outstanding", options.outstanding, "bursts that memory accepts at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--watchdog", options.watchdog_cycles,
                 "cycles without a completed instruction after which the accelerator stops; 0: "
                 "never")
      ->capture_default_str();
}

void add_trace_options(CLI::App& app, SimulateOptions& options) {
  auto* trace = app.add_option("--trace", options.trace, "records the waves of this layer");
  app.add_option("--trace-file", options.trace_file, "the waves, .fst or .vcd")->needs(trace);
  trace->needs("--trace-file");
  app.add_option("--trace-from", options.trace_from, "first cycle of the layer to record")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber)
      ->needs(trace);
  app.add_option("--trace-cycles", options.trace_cycles, "how many cycles to record")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->needs(trace);
}

// A directory is a program, anything else a network whose layers run one by one.
void run(const CLI::App& app, const SimulateOptions& options) {
  const bool program = std::filesystem::is_directory(options.what);
  for (const char* name :
       {"--network", "--then", "--engine", "--check", "--latency", "--outstanding", "--watchdog"}) {
    if (!program && app.count(name) > 0) {
      throw vqrom::base::UserError(
          "simulate.option", name,
          fmt::format("is for programs; {} is not a directory", options.what.string()));
    }
  }
  if (options.check && options.engine != "all") {
    throw vqrom::base::UserError("simulate.option", "--check", "compares engines: --engine all");
  }
  const bool has_rtl = options.engine == "rtl" || options.engine == "all";
  if (program && !has_rtl && !options.trace.empty()) {
    throw vqrom::base::UserError("simulate.option", "--trace",
                                 fmt::format("needs the RTL; the engine is {}", options.engine));
  }
  if (program && options.engine == "timing") return simulate_timing(options);
  if (options.input.empty()) {
    throw vqrom::base::UserError("simulate.option", "--input", "is missing");
  }
  if (!program) return simulate_layers(options);
  if (app.count("--layer") > 0) {
    throw vqrom::base::UserError(
        "simulate.option", "--layer",
        fmt::format("is for networks; {} is a program and runs as a whole", options.what.string()));
  }
  if (options.network.empty()) {
    throw vqrom::base::UserError("simulate.option", "--network",
                                 fmt::format("is missing; the program {} needs its network for the "
                                             "reference",
                                             options.what.string()));
  }
  simulate_programs(options);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Runs a network's layers, or whole programs, on a bundle's Verilog and compares every code.");
  SimulateOptions options;
  app.add_option("bundle", options.bundle, "from `vqrom generate`")->required();
  app.add_option("what", options.what,
                 "a network from `vqrom compress`: its layers run one by one; or a directory from "
                 "`vqrom compile`: the program runs as a whole")
      ->required();
  app.add_option("--codebook", options.codebook, "the codebook of both");
  app.add_option("--input", options.input,
                 "images, .npy; the network says how to prepare them; not for --engine timing");
  app.add_option("--image", options.image, "which of the images, from 0; a batch starts there")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--layer", options.layers, "only these layers; default: all");
  app.add_option("--stalls", options.stalls, "seed of random pauses on every stream or channel")
      ->check(CLI::PositiveNumber);
  add_program_options(app, options);
  add_trace_options(app, options);
  app.add_option("-o,--output", options.output, "all counters as JSON");
  return vqrom::base::run_program("simulate", app, argc, argv, [&] { run(app, options); });
}
