// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "sim/core/program_report.h"
#include "sim/timing/timing_runner.h"
#include "sim/verilator/simulate_options.h"

namespace vqrom::sim {
namespace fs = std::filesystem;

void simulate_timing(const SimulateOptions& options) {
  const Bundle bundle = read_bundle(options.bundle, config::FileCheck::kNone);
  std::vector<fs::path> directories;
  std::deque<compiler::Program> programs;  // they do not move
  std::vector<ResidentProgram> residents;
  std::vector<std::size_t> jobs;
  // Conflicts of banks are the indices'; all else needs the instructions alone.
  const auto part =
      bundle.config.is_banked() ? compiler::ImagePart::kWhole : compiler::ImagePart::kInstructions;
  const auto add = [&](const fs::path& directory) {
    const fs::path path = fs::weakly_canonical(directory);
    const auto known = std::ranges::find(directories, path);
    jobs.push_back(static_cast<std::size_t>(known - directories.begin()));
    if (known != directories.end()) return;
    directories.push_back(path);
    const auto& program = programs.emplace_back(compiler::read_program(directory, part));
    residents.push_back({directory.string(), &program, nullptr});
  };
  add(options.what);
  for (const auto& [program, network, input] : options.then) add(program);

  ProgramReport report{options.engine, options.image, memory_of(options), {}};
  RunOutputs outputs(options.outputs, bundle);
  outputs.check_layers(residents);
  TimingRunner runner(bundle, std::move(residents), report.memory);
  ProgramRunOptions run_options;
  run_options.watchdog_cycles = options.watchdog_cycles;
  run_options.observers = outputs.observers();
  for (const std::size_t job : jobs) {
    report.runs.push_back(runner.run(job, run_options));
    fmt::print("{}", program_run_table(report.runs.back(), bundle));
    fmt::print("{}", outputs.write(report));
    if (report.runs.back().stopped) std::rethrow_exception(report.runs.back().stopped);
  }
  fmt::print("timing only: no feature map was computed\n");
}

}  // namespace vqrom::sim
