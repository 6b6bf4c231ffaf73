// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/program_report.h"
#include "sim/systemc/accelerator_model.h"
#include "sim/timing/compare_counts.h"
#include "sim/timing/timing_runner.h"
#include "sim/verilator/bundle_design.h"
#include "sim/verilator/simulate_checkpoints.h"
#include "sim/verilator/simulate_jobs.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

void check_trace(const SimulateOptions& options, const Jobs& jobs, const CheckpointPlace& start) {
  if (options.trace.empty() || find_layer(jobs, options.trace, start)) return;
  if (find_layer(jobs, options.trace, {})) {
    throw base::UserError("simulate.layer", "--trace",
                          fmt::format("layer '{}' is over at that checkpoint; resume from an "
                                      "earlier one",
                                      options.trace));
  }
  std::vector<std::string> known;
  for (const Resident& resident : jobs.residents) {
    for (const compiler::LayerPlace& layer : resident.program.layers) known.push_back(layer.name);
  }
  throw base::UserError(
      "simulate.layer", options.what.string(),
      fmt::format("has no layer '{}'; it has {}", options.trace, fmt::join(known, ", ")));
}

std::string trace_command(const SimulateOptions& options, const Resident& resident, const Job& job,
                          const std::string& layer) {
  std::string command = fmt::format(
      "vqrom simulate {} {} --network {} --input {} --image {} --latency {} --outstanding {}",
      options.bundle.string(), resident.directory.string(), resident.network_file.string(),
      job.input.string(), options.image, options.latency_cycles, options.outstanding);
  if (!options.codebook.empty())
    command += fmt::format(" --codebook {}", options.codebook.string());
  if (options.cycles_per_word != 1) {
    command += fmt::format(" --cycles-per-word {}", options.cycles_per_word);
  }
  if (options.refresh_cycles != 0) {
    command += fmt::format(" --refresh-interval {} --refresh-cycles {}",
                           options.refresh_interval_cycles, options.refresh_cycles);
  }
  if (options.stalls) command += fmt::format(" --stalls {}", *options.stalls);
  return command + fmt::format(" --trace {} --trace-file waves.fst", layer);
}

// Throws what is wrong with a run: why it stopped, and the first feature map that differs.
void check_result(const SimulateOptions& options, const Resident& resident, const Job& job,
                  const ProgramResult& result) {
  base::Problems problems;
  if (result.stopped) {
    try {
      std::rethrow_exception(result.stopped);
    } catch (const base::UserError& error) {
      for (const base::Problem& problem : error.problems()) {
        problems.add(problem.code, problem.place, problem.message);
      }
    }
  }
  if (const TensorResult* tensor = result.first_mismatch()) {
    problems.add("simulate.mismatch", options.bundle.string(),
                 fmt::format("{}with waves: {}", mismatch_text(*tensor),
                             trace_command(options, resident, job, tensor->place.name)));
  }
  problems.throw_if_any();
}

// What a second engine did with a program that the RTL has run.
void compare_engine(const SimulateOptions& options, const std::string& engine,
                    const ProgramResult& rtl, const ProgramResult& result) {
  const double speed = rtl.cpu_seconds / std::max(result.cpu_seconds, 1e-9);
  fmt::print("{}: {} cycles in {:.3f} CPU s, {:.1f} times as fast\n", engine,
             result.total().events[Event::kCycles], result.cpu_seconds, speed);
  if (!options.check) return;
  check_same_counts(rtl, result, "the " + engine);
  fmt::print("every count of every layer is the same in the RTL and in the {}\n", engine);
}

// The engines that a command line asks for, with all programs in the memory of each.
class Engines {
 public:
  Engines(const SimulateOptions& options, const Bundle& bundle,
          const std::vector<ResidentProgram>& programs, const AxiMemoryOptions& memory) {
    if (options.engine != "systemc") {
      rtl_model_.reset(new VerilatedModel(load_model(options, bundle_design(bundle))));
      rtl_.emplace(*rtl_model_, bundle, programs, memory);
    }
    if (options.engine != "rtl") {
      const codebook::Codebook codebook = options.codebook.empty()
                                              ? codebook::Codebook{}
                                              : codebook::read_codebook(options.codebook);
      systemc_model_ = make_systemc_accelerator(bundle, codebook);
      systemc_.emplace(*systemc_model_, bundle, programs, memory);
    }
    if (options.engine == "all") timing_.emplace(bundle, programs, memory);
  }
  // The first of them: its results are reported.
  [[nodiscard]] ProgramRunner& first() { return rtl_ ? *rtl_ : *systemc_; }
  [[nodiscard]] VerilatedModel& rtl_model() { return *rtl_model_; }

  // A program that the RTL has run, on the others.
  void repeat(const SimulateOptions& options, const Resident& resident, const Job& job,
              const ProgramResult& rtl, const ProgramRunOptions& run_options) {
    const ProgramRunOptions plain{run_options.watchdog_cycles, run_options.poison_seed, {}};
    const ProgramResult systemc = systemc_->run(job.resident, job.images, plain);
    check_result(options, resident, job, systemc);
    compare_engine(options, "SystemC model", rtl, systemc);
    const ProgramResult timing = timing_->run(job.resident, plain);
    if (timing.stopped) std::rethrow_exception(timing.stopped);
    compare_engine(options, "timing engine", rtl, timing);
  }

 private:
  std::unique_ptr<VerilatedModel> rtl_model_;
  std::optional<ProgramRunner> rtl_;
  std::unique_ptr<CycleModel> systemc_model_;
  std::optional<ProgramRunner> systemc_;
  std::optional<TimingRunner> timing_;
};

}  // namespace

void simulate_programs(const SimulateOptions& options) {
  const Bundle bundle = read_bundle(options.bundle);
  const Jobs jobs = read_jobs(options, bundle);
  check_trace(options, jobs, {});
  Checkpoints checkpoints(options, bundle, jobs);
  check_trace(options, jobs, checkpoints.start());

  ProgramReport report{options.engine, options.image, memory_of(options), {}};
  std::vector<ResidentProgram> programs;
  for (const Resident& resident : jobs.residents) {
    programs.push_back({resident.directory.string(), &resident.program, &resident.executor});
  }
  RunOutputs outputs(options.outputs, bundle);
  outputs.check_layers(programs);

  Engines engines(options, bundle, programs, report.memory);
  if (checkpoints.used()) checkpoints.resume(engines.first(), engines.rtl_model(), report);

  bool traced = options.trace.empty();
  ProgramRunOptions run_options;
  run_options.watchdog_cycles = options.watchdog_cycles;
  run_options.observers = outputs.observers();
  run_options.before_layer = [&](const compiler::LayerPlace& layer) {
    if (traced || layer.name != options.trace) return;
    traced = true;
    VerilatedModel& model = engines.rtl_model();
    const std::int64_t first = model.cycle() + options.trace_from;
    model.record_waves(options.trace_file, first, first + options.trace_cycles);
  };
  for (std::size_t run = report.runs.size(); run < jobs.jobs.size(); ++run) {
    const Job& job = jobs.jobs[run];
    const Resident& resident = jobs.residents[job.resident];
    run_options.poison_seed = poison_of(run);
    if (checkpoints.used()) checkpoints.add_to(run_options, run, engines.rtl_model(), report);
    report.runs.push_back(engines.first().run(job.resident, job.images, run_options));
    const ProgramResult& result = report.runs.back();
    fmt::print("{}", program_run_table(result, bundle));
    fmt::print("{}{}", outputs.write(report), checkpoints.written_text());
    checkpoints.check_interrupted(result);
    check_result(options, resident, job, result);
    if (options.engine == "all") engines.repeat(options, resident, job, result, run_options);
  }
  fmt::print("every feature map equals the reference, bit for bit\n");
}

}  // namespace vqrom::sim
