// SPDX-License-Identifier: Apache-2.0
// program_report — whole networks on the accelerator as run.json and as a table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/bundle.h"
#include "sim/core/program_runner.h"
#include "sw/base/json.h"

namespace vqrom::sim {

inline constexpr std::string_view kProgramRunFormat = "vqrom-program-run-1";

struct ProgramReport {
  std::string engine;  // "rtl"
  std::int64_t image = 0;
  AxiMemoryOptions memory;
  std::vector<ProgramResult> runs;  // in the order in which they ran

  // Every run came to its end and no feature map differs.
  [[nodiscard]] bool all_equal() const;
};

// As run.json has it.
[[nodiscard]] base::Json memory_json(const AxiMemoryOptions& memory);
// Format: docs/formats/run.md.
[[nodiscard]] base::Json program_run_json(const ProgramReport& report, const Bundle& bundle);
// A line for each layer and the total, at most 100 columns; then speed and the largest outputs.
[[nodiscard]] std::string program_run_table(const ProgramResult& result, const Bundle& bundle);

}  // namespace vqrom::sim
