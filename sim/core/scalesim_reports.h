// SPDX-License-Identifier: Apache-2.0
// scalesim_reports — runs in the three tables of the simulator SCALE-Sim, for tools that read
// those.
#pragma once

#include <span>
#include <string>

#include "sim/core/program_runner.h"
#include "sim/core/stream_times.h"

namespace vqrom::sim {

// What the columns mean here: docs/formats/scalesim_reports.md.
struct ScalesimReports {
  std::string compute;    // COMPUTE_REPORT.csv
  std::string bandwidth;  // BANDWIDTH_REPORT.csv
  std::string accesses;   // DETAILED_ACCESS_REPORT.csv
};

// A line for each layer of each run, numbered from 0; `times` has as many runs.
[[nodiscard]] ScalesimReports scalesim_reports(std::span<const ProgramResult> runs,
                                               std::span<const std::vector<LayerTimes>> times,
                                               const config::AcceleratorConfig& config);

}  // namespace vqrom::sim
