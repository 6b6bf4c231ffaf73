// SPDX-License-Identifier: Apache-2.0
// layer_counts — puts what is counted in a run down to the layer whose RUNs are carried out.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/event_counts.h"
#include "sim/core/program_queues.h"

namespace vqrom::sim::timing {

class LayerCounts {
 public:
  // `queues` must stay where they are until the run is over.
  void begin(const ProgramQueues& queues);

  // In a cycle in which so many RUNs are complete: the layer is over.
  [[nodiscard]] bool is_over(std::uint32_t runs, bool busy) {
    // Before the start has come through, the RUNs are still the last program's.
    if (runs == 0 && busy) runs_are_ours_ = true;
    return runs >= end_ && runs_are_ours_;
  }
  void add(const CycleCounts& counts);
  void next(std::uint32_t runs);

  [[nodiscard]] std::size_t layer() const { return layer_; }
  [[nodiscard]] const CycleCounts& of(std::size_t layer) const { return counts_[layer]; }
  // So far, of all layers; and events that move something.
  [[nodiscard]] std::int64_t cycles() const { return cycles_; }
  [[nodiscard]] std::int64_t moves() const { return moves_; }

 private:
  const ProgramQueues* queues_ = nullptr;
  std::vector<CycleCounts> counts_;
  std::size_t layer_ = 0;
  std::uint32_t end_ = 0;  // RUNs at which it is over
  bool runs_are_ours_ = false;
  std::int64_t cycles_ = 0;
  std::int64_t moves_ = 0;
};

}  // namespace vqrom::sim::timing
