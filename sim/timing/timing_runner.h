// SPDX-License-Identifier: Apache-2.0
// timing_runner — programs on the timing engine: cycles, causes and counters of each layer.
#pragma once

#include <vector>

#include "sim/core/memory_timing.h"
#include "sim/core/program_runner.h"
#include "sim/timing/timing_engine.h"

namespace vqrom::sim {

// Does in each cycle what ProgramRunner does with the RTL, registers included, so that every count
// is the same, whatever the memory's pauses. There are no data: no feature map is compared, and a
// program that writes over its own instructions still runs those it was compiled to.
class TimingRunner {
 public:
  // Cycles that go like the one before pass at once, and what vq_compute did once is not worked out
  // again (ComputeReplay); or every cycle is looked at. Every count is the same.
  enum class Looks { kFew, kEveryCycle };

  // The programs must stay where they are. Errors: as place_programs; program.instruction.
  TimingRunner(const Bundle& bundle, std::vector<ResidentProgram> programs,
               const AxiMemoryOptions& memory, Looks looks = Looks::kFew);
  TimingRunner(const TimingRunner&) = delete;
  TimingRunner& operator=(const TimingRunner&) = delete;

  // Errors are in the result's `stopped`: simulate.stuck, simulate.stopped, simulate.counters.
  [[nodiscard]] ProgramResult run(std::size_t program, const ProgramRunOptions& options = {});

  // Cycles so far in which vq_compute was not looked at because it repeated something.
  [[nodiscard]] std::int64_t repeated_cycles() const { return engine_.repeated_cycles(); }

 private:
  TimingRunner(const Bundle& bundle, std::vector<ResidentProgram> programs,
               const AxiMemoryOptions& memory, Looks looks, const ProgramPlaces& places);

  struct Loaded {
    ResidentProgram resident;
    ProgramQueues queues;
    std::uint64_t base = 0;
    std::vector<timing::Instruction> instructions;
    std::vector<std::uint8_t> bank_reads;
    [[nodiscard]] const compiler::Program& program() const { return *resident.program; }
  };
  // Some cycles, without an access to the registers, as TimingEngine::run().
  bool run_slice();
  [[nodiscard]] std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  void wait_for_interrupt(const Loaded& loaded);
  void check_status(const Loaded& loaded, const ProgramRunOptions& options);
  void execute(const Loaded& loaded, const ProgramRunOptions& options);
  [[nodiscard]] Tickets tickets() const;

  const Bundle& bundle_;
  Looks looks_;
  std::int64_t patience_cycles_;
  std::vector<Loaded> programs_;
  timing::TimingEngine engine_;
};

}  // namespace vqrom::sim
