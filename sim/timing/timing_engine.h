// SPDX-License-Identifier: Apache-2.0
// timing_engine — the accelerator and its memory, cycle after cycle, as many at a time as can be.
//
// Each side passes the cycles alone in which it goes on as before; a cycle in which one does
// something else is looked at, as far as it concerns that side, and those that it wakes.
#pragma once

#include <cstdint>

#include "sim/core/memory_timing.h"
#include "sim/core/run_observer.h"
#include "sim/timing/accelerator.h"
#include "sim/timing/busy_tally.h"
#include "sim/timing/compute_side.h"
#include "sim/timing/layer_counts.h"
#include "sim/timing/reads_side.h"
#include "sim/timing/stores_side.h"

namespace vqrom::sim::timing {

class TimingEngine {
 public:
  // A memory of `size_bytes`. Errors: none; the configuration is bound to a codebook, whose SHA-256
  // is `codebook_sha256`.
  TimingEngine(const config::AcceleratorConfig& config, const std::string& codebook_sha256,
               const AxiMemoryOptions& memory, std::uint64_t size_bytes);
  TimingEngine(const TimingEngine&) = delete;
  TimingEngine& operator=(const TimingEngine&) = delete;

  [[nodiscard]] Accelerator& accelerator() { return accelerator_; }
  [[nodiscard]] const Accelerator& accelerator() const { return accelerator_; }

  // One cycle, in which all is looked at.
  void cycle(const Csr::Inputs& registers);
  // At most that many cycles, without an access to the registers. True if the last one is the first
  // that began with an interrupt.
  bool run(std::int64_t most);

  // From now on a program runs: its cycles are counted by layer and shown to the observers. The
  // queues must stay where they are up to unwatch().
  void watch(const ObservedRun& run, const std::vector<RunObserver*>& observers);
  void unwatch();
  // What was counted, up to the last take_counts() or unwatch().
  [[nodiscard]] const LayerCounts& counted() const { return layers_; }
  // Activations read aside, which are counted when it is known which were padding.
  void take_counts();

  // Cycles so far in which vq_compute was not looked at because it repeated something.
  [[nodiscard]] std::int64_t repeated_cycles() const { return compute_.repeated_cycles(); }

 private:
  // At most that many cycles; how many they were.
  std::int64_t cycles(std::int64_t most);
  void look_reads();
  void count();
  void settle();
  void find_layer();
  // Shows observers so many cycles of the same events, and `more`.
  void show(std::int64_t cycles, std::uint32_t more = 0) {
    if (!observers_.empty()) show_observers(cycles, more);
  }
  void show_observers(std::int64_t cycles, std::uint32_t more);

  std::uint64_t origin_;
  Accelerator accelerator_;
  MemoryTiming memory_;
  MemoryInputs port_;
  BusyTally tally_;
  ComputeSide compute_;
  ReadsSide reads_;
  StoresSide stores_;
  LayerCounts layers_;
  RunObservers observers_;
  bool watching_ = false;
};

}  // namespace vqrom::sim::timing
