// SPDX-License-Identifier: Apache-2.0
// timing_runner — programs on the timing engine: cycles, causes and counters of each layer.
#pragma once

#include <memory>
#include <vector>

#include "sim/core/memory_timing.h"
#include "sim/core/program_runner.h"
#include "sim/timing/compute_replay.h"

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
  [[nodiscard]] std::int64_t repeated_cycles() const { return compute_replay_.repeated_cycles(); }

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
  // What is seen of a run.
  struct Watch {
    const ProgramQueues* queues = nullptr;
    CycleTally tally;
    std::vector<CycleCounts> counts;
    std::size_t layer = 0;
    std::uint32_t layer_end = 0;  // RUNs at which it is over
    bool runs_are_ours = false;
    std::int64_t cycles = 0;
    std::int64_t moves = 0;
    RunObservers observers;
  };

  // Finds out what memory and a side do in a cycle.
  void look_reads();
  void look_stores();
  // What memory takes of that side.
  void take_read();
  void take_write();
  void end_reads();
  void end_stores();
  void cycle(const timing::Csr::Inputs& registers);
  // At most that many cycles, without an access to the registers; how many they were.
  std::int64_t cycles(std::int64_t most);
  [[nodiscard]] std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  // Lets a side of the accelerator, and of memory, pass the cycles that it was left alone.
  void settle_compute();
  // True if the last of them took a burst's last word.
  bool settle_reads();
  void settle_stores();
  void advance_stores(std::int64_t cycles);
  void settle();
  // The next piece of what compute repeats.
  void next_piece();
  // Counts the cycles of a side that are not yet, and of all.
  void count_compute();
  void count_reads();
  void count_stores();
  void count();
  // Cycles after this one, which a side was looked at in, that it need not be.
  [[nodiscard]] std::int64_t free_reads() const;
  [[nodiscard]] std::int64_t free_stores();
  // The reading side takes a burst from a stream of them in this cycle. False: it has to be looked
  // at.
  bool stream();
  // Shows observers so many cycles of the same events, and `more`.
  void show(std::int64_t cycles, std::uint32_t more = 0);
  // The end of a cycle in which those sides were looked at.
  void end_cycle(const timing::Sides& look, bool streamed);
  void find_layer();
  void next_layer();
  void take_counts();
  void wait_for_interrupt(const Loaded& loaded);
  void check_status(const Loaded& loaded, const ProgramRunOptions& options);
  void execute(const Loaded& loaded, const ProgramRunOptions& options);
  [[nodiscard]] Tickets tickets() const;

  const Bundle& bundle_;
  Looks looks_;
  std::uint64_t origin_;
  std::int64_t patience_cycles_;
  std::vector<Loaded> programs_;
  timing::Accelerator accelerator_;
  timing::ComputeReplay compute_replay_;
  MemoryTiming memory_;
  timing::MemoryInputs port_;
  // Cycles that a side goes on as in the last one that it was looked at, and has been left alone.
  struct Side {
    std::int64_t left = 0;
    std::int64_t lag = 0;
    std::int64_t uncounted = 0;  // up to now; the one it was looked at in may be one of them
    void pass(std::int64_t cycles) {
      left -= cycles;
      lag += cycles;
      uncounted += cycles;
    }
  };
  Side compute_, reads_, stores_;
  // What the storing side has been left alone with: an answer in that cycle, from 1, and a request
  // in the next one. 0: nothing.
  std::int64_t answer_in_ = 0, request_in_ = 0;
  std::uint32_t context_ = 0;  // the accelerator's, in cycles that are not counted
  // Memory's own part of it, as driven.
  std::int64_t memory_reads_steady_ = 1, memory_stores_steady_ = 1;
  bool watching_ = false;
  Watch watch_;
};

}  // namespace vqrom::sim
