// SPDX-License-Identifier: Apache-2.0
// simulate_checkpoints — what `vqrom simulate --checkpoint` saves and `--resume` goes on from.
#pragma once

#include <optional>
#include <string>

#include "sim/core/checkpoint_directory.h"
#include "sim/core/program_report.h"
#include "sim/verilator/simulate_jobs.h"
#include "sim/verilator/verilated_model.h"

namespace vqrom::sim {

// The first layer of the jobs of that name, not before `first`.
[[nodiscard]] std::optional<CheckpointPlace> find_layer(const Jobs& jobs, const std::string& name,
                                                        const CheckpointPlace& first);

class Checkpoints {
 public:
  // Reads the one to resume from, makes the directory for new ones. `jobs` and `options` outlive
  // it. Errors: file.*, tool.missing, checkpoint.*, as parse_checkpoint; simulate.layer
  // (--checkpoint-layers).
  Checkpoints(const SimulateOptions& options, const Bundle& bundle, const Jobs& jobs);

  [[nodiscard]] bool used() const { return options_.uses_checkpoints(); }
  // Where the simulation begins.
  [[nodiscard]] CheckpointPlace start() const;

  // Takes over the runs that were finished, and the model's state. Errors: checkpoint.content,
  // checkpoint.model (the model's state is of another kind).
  void resume(ProgramRunner& runner, VerilatedModel& model, ProgramReport& report) const;
  // To be added to the options of the run with that number; `model` and `report` outlive it.
  void add_to(ProgramRunOptions& run_options, std::size_t run, const VerilatedModel& model,
              const ProgramReport& report);
  // If the run was interrupted, says from where it can go on. Errors: base::Interrupted.
  void check_interrupted(const ProgramResult& result) const;
  // What was written, a line; empty if nothing was.
  [[nodiscard]] std::string written_text() const;

 private:
  void read_resumed();
  void check_layers() const;
  [[nodiscard]] bool wanted(const CheckpointPlace& place) const;
  void check_finished() const;
  void save(const CheckpointPlace& place, const RunState& state, const VerilatedModel& model,
            const ProgramReport& report);

  const SimulateOptions& options_;
  const Jobs& jobs_;
  base::Json identity_;
  std::optional<Checkpoint> resumed_;
  std::filesystem::path resumed_file_;
  std::size_t last_layer_ = 0;  // of the run, that began
  std::size_t written_ = 0;
  std::uintmax_t written_bytes_ = 0;
  std::filesystem::path last_file_;
};

}  // namespace vqrom::sim
