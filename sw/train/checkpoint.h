// SPDX-License-Identifier: Apache-2.0
// checkpoint — everything that a training run needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "sw/compress/lowering.h"
#include "sw/train/student.h"

namespace vqrom::train {

struct RunState {
  std::int64_t step = 0;  // steps done
  double best_score = 0.0;
  compress::LayerSolutions best;  // empty until the first epoch is done
};

// One safetensors file: parameters with Adam's averages, frozen ratios, the best solutions.
// `job` names network, codebook, samples and settings.
void write_checkpoint(const std::filesystem::path& path, const std::string& job, Student& student,
                      const RunState& state);

// Puts the student into the stored state. Errors: train.checkpoint (of another job), file.*,
// safetensors.*.
[[nodiscard]] RunState read_checkpoint(const std::filesystem::path& path, const std::string& job,
                                       Student& student);

}  // namespace vqrom::train
