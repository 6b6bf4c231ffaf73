// SPDX-License-Identifier: Apache-2.0
#include "sim/core/run_outputs.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/layer_csv.h"
#include "sim/core/scalesim_reports.h"
#include "sw/base/error.h"
#include "sw/base/file.h"

namespace vqrom::sim {
namespace {

constexpr std::string_view kComputeReport = "COMPUTE_REPORT.csv";

void write_scalesim(const std::filesystem::path& directory, const ScalesimReports& reports) {
  base::DirectoryWriter writer(directory, kComputeReport);
  writer.write(kComputeReport, reports.compute);
  writer.write("BANDWIDTH_REPORT.csv", reports.bandwidth);
  writer.write("DETAILED_ACCESS_REPORT.csv", reports.accesses);
  writer.commit();
}

}  // namespace

RunOutputs::RunOutputs(RunOutputOptions options, const Bundle& bundle)
    : options_(std::move(options)), bundle_(bundle) {
  if (!options_.units.empty()) units_ = std::make_unique<UnitTrace>(options_.unit_options);
  if (!options_.dram.empty()) {
    dram_ = std::make_unique<DramTrace>(options_.dram_format, options_.dram_bytes,
                                        bundle.config.bus_bytes());
  }
  if (!options_.scalesim.empty()) times_ = std::make_unique<StreamTimes>();
}

void RunOutputs::check_layers(std::span<const ResidentProgram> programs) const {
  std::vector<std::string> known;
  for (const ResidentProgram& resident : programs) {
    for (const compiler::LayerPlace& layer : resident.program->layers) known.push_back(layer.name);
  }
  for (const std::string& name : options_.unit_options.layers) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw base::UserError(
        "simulate.layer", "--units-layer",
        fmt::format("no program has a layer '{}'; there are {}", name, fmt::join(known, ", ")));
  }
}

std::vector<RunObserver*> RunOutputs::observers() {
  std::vector<RunObserver*> all;
  if (units_) all.push_back(units_.get());
  if (dram_) all.push_back(dram_.get());
  if (times_) all.push_back(times_.get());
  return all;
}

std::string RunOutputs::write(const ProgramReport& report) const {
  if (!options_.json.empty()) base::write_json(options_.json, program_run_json(report, bundle_));
  if (!options_.csv.empty()) {
    base::write_file(options_.csv, layer_csv(report.runs, bundle_.config));
  }
  if (times_) {
    write_scalesim(options_.scalesim,
                   scalesim_reports(report.runs, times_->runs(), bundle_.config));
  }
  if (dram_) base::write_file(options_.dram, dram_->text());
  if (!units_) return {};
  base::write_file(options_.units, units_->json());
  if (!units_->full_cycle()) return {};
  return fmt::format(
      "{}: full after {} events, in cycle {}; give layers with --units-layer, or more with "
      "--units-events\n",
      options_.units.string(), units_->events(), *units_->full_cycle());
}

}  // namespace vqrom::sim
