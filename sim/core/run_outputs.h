// SPDX-License-Identifier: Apache-2.0
// run_outputs — the files that runs of programs are written to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/dram_trace.h"
#include "sim/core/program_report.h"
#include "sim/core/stream_times.h"
#include "sim/core/unit_trace.h"

namespace vqrom::sim {

// An empty path: not wanted.
struct RunOutputOptions {
  std::filesystem::path json;
  std::filesystem::path csv;
  std::filesystem::path scalesim;  // a directory
  std::filesystem::path units;
  UnitTraceOptions unit_options;
  std::filesystem::path dram;
  DramFormat dram_format = DramFormat::kDramsim3;
  std::int64_t dram_bytes = 64;
};

class RunOutputs {
 public:
  // `bundle` outlives it.
  RunOutputs(RunOutputOptions options, const Bundle& bundle);

  // Errors: simulate.layer (a layer of the unit trace is in none of the programs).
  void check_layers(std::span<const ResidentProgram> programs) const;
  // Who has to see each run.
  [[nodiscard]] std::vector<RunObserver*> observers();
  // Writes all files anew, with the runs so far. What to tell the user about them, in lines.
  // Errors: file.write, file.not_ours.
  [[nodiscard]] std::string write(const ProgramReport& report) const;

 private:
  RunOutputOptions options_;
  const Bundle& bundle_;
  std::unique_ptr<UnitTrace> units_;
  std::unique_ptr<DramTrace> dram_;
  std::unique_ptr<StreamTimes> times_;
};

}  // namespace vqrom::sim
