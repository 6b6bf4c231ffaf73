// SPDX-License-Identifier: Apache-2.0
// simulate_main — `vqrom simulate`: a network's layers on the generated RTL, against the reference.
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "sim/core/run_report.h"
#include "sim/verilator/bundle_design.h"
#include "sim/verilator/verilated_model.h"
#include "sw/base/error.h"
#include "sw/base/program.h"
#include "sw/golden/evaluate.h"

namespace {

using namespace vqrom;

struct Options {
  std::filesystem::path bundle;
  std::filesystem::path network;
  std::filesystem::path codebook;
  std::filesystem::path input;
  std::filesystem::path output;
  std::int64_t image = 0;
  std::vector<std::string> layers;
  std::optional<std::uint64_t> stalls;
  std::string trace;
  std::filesystem::path trace_file;
  std::int64_t trace_from = 0;
  std::int64_t trace_cycles = 10'000;
};

golden::Codes read_image(const Options& options, const golden::Executor& executor) {
  const model::SampleSet samples(options.input, golden::input_shape(executor.network()),
                                 executor.network().preprocess);
  if (options.image >= samples.size()) {
    throw base::UserError("simulate.image", options.input.string(),
                          fmt::format("has {} images, 0 to {}; --image is {}", samples.size(),
                                      samples.size() - 1, options.image));
  }
  return executor.quantise_input(samples.sample(options.image));
}

// Builds the model, with waves if a layer is traced.
sim::VerilatedModel load_model(const Options& options, const sim::Bundle& bundle) {
  const sim::Waves waves =
      options.trace.empty() ? sim::Waves::kNone : sim::waves_of(options.trace_file);
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path library = sim::build_model(sim::core_design(bundle), waves);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("RTL model ready after {:.1f} s\n", seconds.count());
  return sim::VerilatedModel(library);
}

std::string trace_command(const Options& options, const sim::LayerResult& layer) {
  std::string command =
      fmt::format("vqrom simulate {} {} --input {} --image {}", options.bundle.string(),
                  options.network.string(), options.input.string(), options.image);
  if (!options.codebook.empty()) {
    command += fmt::format(" --codebook {}", options.codebook.string());
  }
  if (options.stalls) command += fmt::format(" --stalls {}", *options.stalls);
  return command + fmt::format(" --layer {0} --trace {0} --trace-file waves.fst", layer.task.name);
}

void check_equal(const Options& options, const sim::RunReport& report) {
  for (const sim::LayerResult& layer : report.layers) {
    if (layer.status != sim::LayerStatus::kMismatch) continue;
    throw base::UserError(
        "simulate.mismatch", options.bundle.string(),
        fmt::format("{}with waves: {}", sim::mismatch_text(layer), trace_command(options, layer)));
  }
}

void run(const Options& options) {
  const sim::Bundle bundle = sim::read_bundle(options.bundle);
  const compress::QuantisedNetwork network = compress::read_vqnet(options.network);
  const codebook::Codebook codebook =
      options.codebook.empty() ? codebook::Codebook{} : codebook::read_codebook(options.codebook);
  const std::string place = options.network.string();
  compress::check_codebook(network, codebook, place);
  if (!network.codebook_sha256.empty()) {
    sim::check_bundle_codebook(bundle, network.codebook_sha256, place);
  }
  (void)sim::find_layers(network, options.layers);
  if (!options.trace.empty()) (void)sim::find_layers(network, {options.trace});
  const golden::Executor executor(network, codebook);
  const golden::Codes input = read_image(options, executor);

  sim::VerilatedModel core = load_model(options, bundle);
  sim::RunOptions run_options{options.layers, options.stalls};
  run_options.before_layer = [&](const sim::LayerTask& task) {
    if (task.name != options.trace) return;
    const std::int64_t first = core.cycle() + options.trace_from;
    core.record_waves(options.trace_file, first, first + options.trace_cycles);
  };
  sim::RunReport report{network.name,  network.codebook_sha256, "verilator",
                        options.image, options.stalls,          {}};
  report.layers = sim::run_network(core, bundle.config, executor, input, run_options);
  if (!options.output.empty()) base::write_json(options.output, sim::run_json(report, bundle));
  fmt::print("{}", sim::run_table(report, bundle));
  check_equal(options, report);
  fmt::print("every layer that ran equals the reference, bit for bit\n");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs a compressed network's layers on a bundle's Verilog and compares every code.");
  Options options;
  app.add_option("bundle", options.bundle, "from `vqrom generate`")->required();
  app.add_option("network", options.network, "from `vqrom compress`")->required();
  app.add_option("--codebook", options.codebook, "the codebook of both");
  app.add_option("--input", options.input, "images, .npy; the network says how to prepare them")
      ->required();
  app.add_option("--image", options.image, "which of the images, from 0")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--layer", options.layers, "only these layers; default: all");
  app.add_option("--stalls", options.stalls, "seed of random pauses on every stream");
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
  app.add_option("-o,--output", options.output, "all counters as JSON");
  return base::run_program("simulate", app, argc, argv, [&] { run(options); });
}
