// SPDX-License-Identifier: Apache-2.0
// checkpoint — a simulation of programs on the RTL as a file, from which another process goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/run_state.h"
#include "sw/base/json.h"

namespace vqrom::sim {

inline constexpr std::string_view kCheckpointFormat = "vqrom-checkpoint-1";

struct Checkpoint {
  base::Json identity;                // of what is simulated; an object
  std::string layer;                  // the name of the one that begins
  std::vector<FinishedRun> finished;  // the runs before
  RunState state;                     // of the run that goes on
  std::int64_t model_cycle = 0;       // clock edges so far
  std::string model_layout;           // which values stand in its state
  std::vector<std::uint8_t> model;    // its registers and memories
};

// Format: docs/formats/checkpoint.md. Deterministic.
[[nodiscard]] std::string checkpoint_bytes(const Checkpoint& checkpoint);
// Errors: safetensors.*, json.*, config.*, checkpoint.damaged (its SHA-256 is of something else),
// checkpoint.format (another format or version), checkpoint.content. What the values mean together
// with a program is checked by ProgramRunner::problem.
[[nodiscard]] Checkpoint parse_checkpoint(std::string_view bytes, std::string_view name);
// The file's bytes. Errors: file.write.
std::size_t write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
// Errors: file.*, and as parse_checkpoint.
[[nodiscard]] Checkpoint read_checkpoint(const std::filesystem::path& path);

// Refuses a checkpoint of something else than `wanted`. Errors: checkpoint.other, all differences.
void check_identity(const base::Json& wanted, const base::Json& found, std::string_view name);

}  // namespace vqrom::sim
