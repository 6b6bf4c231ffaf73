// SPDX-License-Identifier: Apache-2.0
// layer_csv — the layers of runs as one table: everything that run.json counts.
#pragma once

#include <span>
#include <string>

#include "sim/core/program_runner.h"

namespace vqrom::sim {

// A head, then a line for each layer of each run. Format: docs/formats/run.md.
[[nodiscard]] std::string layer_csv(std::span<const ProgramResult> runs,
                                    const config::AcceleratorConfig& config);

}  // namespace vqrom::sim
