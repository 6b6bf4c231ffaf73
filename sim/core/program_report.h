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

// Bytes that the instructions of layers move, by kind.
struct MovedBytes {
  std::int64_t index = 0;
  std::int64_t dense = 0;
  std::int64_t window = 0;
  std::int64_t codebook = 0;
  std::int64_t param = 0;
  std::int64_t act = 0;
  std::int64_t out = 0;
  MovedBytes& operator+=(const MovedBytes& other);
  [[nodiscard]] std::int64_t all() const {
    return index + dense + window + codebook + param + act + out;
  }
};
[[nodiscard]] MovedBytes moved_bytes(const ProgramLayerResult& layer,
                                     const config::AcceleratorConfig& config);
[[nodiscard]] MovedBytes total_bytes(const ProgramResult& result,
                                     const config::AcceleratorConfig& config);
[[nodiscard]] std::int64_t total_macs(const ProgramResult& result);

struct ProgramReport {
  std::string engine;  // "rtl"
  std::int64_t image = 0;
  AxiMemoryOptions memory;
  std::vector<ProgramResult> runs;  // in the order in which they ran

  // Every run came to its end and no feature map differs.
  [[nodiscard]] bool all_equal() const;
};

// Format: docs/formats/run.md.
[[nodiscard]] base::Json program_run_json(const ProgramReport& report, const Bundle& bundle);
// A line for each layer and the total, at most 100 columns; then speed and the largest outputs.
[[nodiscard]] std::string program_run_table(const ProgramResult& result, const Bundle& bundle);

}  // namespace vqrom::sim
