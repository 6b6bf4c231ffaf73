// SPDX-License-Identifier: Apache-2.0
// checkpoint_directory — the checkpoints of one simulation, a file for each.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "sim/core/checkpoint.h"

namespace vqrom::sim {

// Where a checkpoint is taken: as a layer of a run begins.
struct CheckpointPlace {
  std::size_t run = 0;
  std::size_t layer = 0;
  friend auto operator<=>(const CheckpointPlace&, const CheckpointPlace&) = default;
};

struct CheckpointFile {
  CheckpointPlace place;  // by its name
  std::filesystem::path path;
};

// "run-0-layer-17.checkpoint".
[[nodiscard]] std::filesystem::path checkpoint_name(const CheckpointPlace& place);
// In the order of their places; other files are left out.
[[nodiscard]] std::vector<CheckpointFile> list_checkpoints(const std::filesystem::path& directory);

// Makes the directory. Errors: file.write; checkpoint.other (it holds those of another simulation);
// as read_checkpoint (of the one that it holds).
void prepare_checkpoints(const std::filesystem::path& directory, const base::Json& identity);

// `path`, if it is no directory; else its last checkpoint, not after `latest`. Errors:
// checkpoint.missing, file.missing.
[[nodiscard]] std::filesystem::path find_checkpoint(const std::filesystem::path& path,
                                                    std::optional<CheckpointPlace> latest);

}  // namespace vqrom::sim
