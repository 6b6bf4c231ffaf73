// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/core/run_report.h"
#include "sim/verilator/bundle_design.h"
#include "sim/verilator/simulate_options.h"
#include "sw/base/error.h"
#include "sw/golden/evaluate.h"

namespace vqrom::sim {
namespace {

golden::Codes read_image(const SimulateOptions& options, const golden::Executor& executor) {
  const model::SampleSet samples(options.input, golden::input_shape(executor.network()),
                                 executor.network().preprocess);
  if (options.image >= samples.size()) {
    throw base::UserError("simulate.image", options.input.string(),
                          fmt::format("has {} images, 0 to {}; --image is {}", samples.size(),
                                      samples.size() - 1, options.image));
  }
  return executor.quantise_input(samples.sample(options.image));
}

std::string trace_command(const SimulateOptions& options, const LayerResult& layer) {
  std::string command =
      fmt::format("vqrom simulate {} {} --input {} --image {}", options.bundle.string(),
                  options.what.string(), options.input.string(), options.image);
  if (!options.codebook.empty()) {
    command += fmt::format(" --codebook {}", options.codebook.string());
  }
  if (options.stalls) command += fmt::format(" --stalls {}", *options.stalls);
  return command + fmt::format(" --layer {0} --trace {0} --trace-file waves.fst", layer.task.name);
}

void check_equal(const SimulateOptions& options, const RunReport& report) {
  for (const LayerResult& layer : report.layers) {
    if (layer.status != LayerStatus::kMismatch) continue;
    throw base::UserError(
        "simulate.mismatch", options.bundle.string(),
        fmt::format("{}with waves: {}", mismatch_text(layer), trace_command(options, layer)));
  }
}

}  // namespace

void simulate_layers(const SimulateOptions& options) {
  const Bundle bundle = read_bundle(options.bundle);
  const compress::QuantisedNetwork network = compress::read_vqnet(options.what);
  const codebook::Codebook codebook =
      options.codebook.empty() ? codebook::Codebook{} : codebook::read_codebook(options.codebook);
  const std::string place = options.what.string();
  compress::check_codebook(network, codebook, place);
  if (!network.codebook_sha256.empty()) {
    check_bundle_codebook(bundle, network.codebook_sha256, place);
  }
  (void)find_layers(network, options.layers);
  if (!options.trace.empty()) (void)find_layers(network, {options.trace});
  const golden::Executor executor(network, codebook);
  const golden::Codes input = read_image(options, executor);

  VerilatedModel core = load_model(options, core_design(bundle));
  RunOptions run_options{options.layers, options.stalls};
  run_options.before_layer = [&](const LayerTask& task) {
    if (task.name != options.trace) return;
    const std::int64_t first = core.cycle() + options.trace_from;
    core.record_waves(options.trace_file, first, first + options.trace_cycles);
  };
  if (!network.codebook_sha256.empty()) run_options.codebook = &codebook;
  RunReport report{network.name,  network.codebook_sha256, "verilator",
                   options.image, options.stalls,          {}};
  report.layers = run_network(core, bundle.config, executor, input, run_options);
  if (!options.outputs.json.empty())
    base::write_json(options.outputs.json, run_json(report, bundle));
  fmt::print("{}", run_table(report, bundle));
  check_equal(options, report);
  fmt::print("every layer that ran equals the reference, bit for bit\n");
}

}  // namespace vqrom::sim
