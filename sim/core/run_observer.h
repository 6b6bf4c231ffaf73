// SPDX-License-Identifier: Apache-2.0
// run_observer — who wants to know what the accelerator does in each cycle of a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/event_counts.h"
#include "sim/core/memory_timing.h"
#include "sim/core/program_queues.h"

namespace vqrom::sim {

// A run that begins; what it refers to outlives the run.
struct ObservedRun {
  const compiler::Program* program = nullptr;
  const ProgramQueues* queues = nullptr;
  std::uint64_t base = 0;  // where the program stands
};

// Cycles that follow each other and in which the same happens.
struct ObservedCycles {
  std::int64_t first = 0;  // counted from the run's first busy cycle
  std::int64_t count = 1;
  std::uint32_t events = 0;  // without act_reads: padding may hide them in some of the cycles
  std::size_t layer = 0;     // of the first RUN that is not complete
};

struct ObservedBurst {
  std::int64_t cycle = 0;  // in which memory takes the request
  std::uint64_t address = 0;
  std::int64_t words = 0;
  bool write = false;
  bool fetch = false;  // of instructions
};

// The calls are the same from every engine, but that one passes several equal cycles at once and
// another one by one. Bursts of a cycle come before it.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void begin(const ObservedRun& run) = 0;
  virtual void burst(const ObservedBurst& burst) = 0;
  virtual void pass(const ObservedCycles& cycles) = 0;
  // The run has taken so many cycles, or was stopped after them.
  virtual void end(std::int64_t cycles) = 0;
};

// What engines talk to: counts the cycles, leaves out those that are not busy.
class RunObservers {
 public:
  [[nodiscard]] bool empty() const { return observers_.empty(); }
  void begin(const std::vector<RunObserver*>& observers, const ObservedRun& run,
             std::uint64_t memory_origin) {
    observers_ = observers;
    origin_ = memory_origin;
    cycle_ = 0;
    for (RunObserver* observer : observers_) observer->begin(run);
  }
  void burst(const MemoryTiming::Burst& burst, bool write) {
    for (RunObserver* observer : observers_) {
      observer->burst(
          {cycle_, burst.address + origin_, burst.words, write, !write && burst.id == 0});
    }
  }
  void pass(std::uint32_t events, std::int64_t cycles, std::size_t layer) {
    if ((events & event_bit(Event::kCycles)) == 0) return;
    for (RunObserver* observer : observers_) {
      observer->pass({cycle_, cycles, events & ~event_bit(Event::kActReads), layer});
    }
    cycle_ += cycles;
  }
  void end() {
    for (RunObserver* observer : observers_) observer->end(cycle_);
    observers_.clear();
  }

 private:
  std::vector<RunObserver*> observers_;
  std::uint64_t origin_ = 0;
  std::int64_t cycle_ = 0;
};

}  // namespace vqrom::sim
