// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/program_report.h"
#include "sim/systemc/accelerator_model.h"
#include "sim/timing/compare_counts.h"
#include "sim/timing/timing_runner.h"
#include "sim/verilator/bundle_design.h"
#include "sim/verilator/simulate_options.h"
#include "sw/base/error.h"
#include "sw/golden/evaluate.h"

namespace vqrom::sim {
namespace {

namespace fs = std::filesystem;

// A program that stands in memory, and the reference of its network.
struct Resident {
  Resident(const fs::path& program_path, const fs::path& network_path,
           const codebook::Codebook& codebook)
      : directory(program_path),
        network_file(network_path),
        program(compiler::read_program(program_path)),
        network(compress::read_vqnet(network_path)),
        executor(network, codebook) {}
  fs::path directory;
  fs::path network_file;
  compiler::Program program;
  compress::QuantisedNetwork network;
  golden::Executor executor;
};

struct Job {
  std::size_t resident = 0;
  fs::path input;
  std::vector<golden::Codes> images;
};

// What the command line asks for, read and checked before anything is built or run.
struct Jobs {
  std::deque<Resident> residents;  // they do not move: executors point at their networks
  std::vector<Job> jobs;
};

std::vector<golden::Codes> read_images(const fs::path& input, std::int64_t first,
                                       const Resident& resident) {
  const model::SampleSet samples(input, golden::input_shape(resident.network),
                                 resident.network.preprocess);
  const std::int64_t batch = resident.program.batch;
  if (first + batch > samples.size()) {
    throw base::UserError(
        "simulate.image", input.string(),
        fmt::format("has {} images, 0 to {}; --image is {} and {} takes {} at once", samples.size(),
                    samples.size() - 1, first, resident.directory.string(), batch));
  }
  std::vector<golden::Codes> images;
  for (std::int64_t i = 0; i < batch; ++i) {
    images.push_back(resident.executor.quantise_input(samples.sample(first + i)));
  }
  return images;
}

Jobs read_jobs(const SimulateOptions& options, const Bundle& bundle) {
  const codebook::Codebook codebook =
      options.codebook.empty() ? codebook::Codebook{} : codebook::read_codebook(options.codebook);
  Jobs all;
  const auto add = [&](const fs::path& program, const fs::path& network, const fs::path& input) {
    const auto same = [](const fs::path& a, const fs::path& b) {
      return fs::weakly_canonical(a) == fs::weakly_canonical(b);
    };
    const auto known = std::ranges::find_if(
        all.residents, [&](const Resident& resident) { return same(resident.directory, program); });
    const auto number = static_cast<std::size_t>(known - all.residents.begin());
    if (known == all.residents.end()) {
      const Resident& added = all.residents.emplace_back(program, network, codebook);
      check_resident(bundle, {program.string(), &added.program, &added.executor});
    } else if (!same(known->network_file, network)) {
      throw base::UserError(
          "simulate.program", program.string(),
          fmt::format("runs more than once: with {} and with {}; name one network",
                      known->network_file.string(), network.string()));
    }
    all.jobs.push_back({number, input, read_images(input, options.image, all.residents[number])});
  };
  add(options.what, options.network, options.input);
  for (const auto& [program, network, input] : options.then) add(program, network, input);
  return all;
}

void check_trace(const SimulateOptions& options, const Jobs& jobs) {
  if (options.trace.empty()) return;
  std::vector<std::string> known;
  for (const Resident& resident : jobs.residents) {
    for (const compiler::LayerPlace& layer : resident.program.layers) {
      if (layer.name == options.trace) return;
      known.push_back(layer.name);
    }
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
  check_trace(options, jobs);
  ProgramReport report{options.engine, options.image, memory_of(options), {}};
  std::vector<ResidentProgram> programs;
  for (const Resident& resident : jobs.residents) {
    programs.push_back({resident.directory.string(), &resident.program, &resident.executor});
  }
  RunOutputs outputs(options.outputs, bundle);
  outputs.check_layers(programs);
  Engines engines(options, bundle, programs, report.memory);

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
  for (const Job& job : jobs.jobs) {
    const Resident& resident = jobs.residents[job.resident];
    report.runs.push_back(engines.first().run(job.resident, job.images, run_options));
    const ProgramResult& result = report.runs.back();
    fmt::print("{}", program_run_table(result, bundle));
    fmt::print("{}", outputs.write(report));
    check_result(options, resident, job, result);
    if (options.engine == "all") engines.repeat(options, resident, job, result, run_options);
    ++run_options.poison_seed;
  }
  fmt::print("every feature map equals the reference, bit for bit\n");
}

}  // namespace vqrom::sim
