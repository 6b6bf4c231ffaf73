// SPDX-License-Identifier: Apache-2.0
// memory_side — memory, and what stands between it and vq_compute: one cycle after the other.
#pragma once

#include <cstdint>

#include "sim/core/memory_timing.h"
#include "sim/timing/accelerator.h"

namespace vqrom::sim::timing {

class MemorySide {
 public:
  MemorySide(Accelerator& accelerator, const AxiMemoryOptions& options, std::uint64_t size_bytes,
             std::uint64_t word_bytes)
      : accelerator_(accelerator), memory_(options, size_bytes, word_bytes) {}

  [[nodiscard]] MemoryTiming& memory() { return memory_; }
  [[nodiscard]] Accelerator& accelerator() { return accelerator_; }
  [[nodiscard]] const MemoryInputs& port() const { return port_; }

  // What memory does in a cycle, and what the accelerator makes of it.
  void drive();
  void look() {
    drive();
    memory_cycles_ = memory_.steady_cycles();
    accelerator_.look_memory_side(port_);
  }
  // What memory takes; then comes the edge.
  void take_requests();
  // Cycles, this one included, that all go like this one, if compute does not wake it.
  [[nodiscard]] std::int64_t steady_cycles();
  // Lets cycles pass after the first of them, whose edge is done.
  void advance(std::int64_t cycles) {
    accelerator_.advance_memory_side(cycles);
    memory_.advance(cycles, accelerator_.memory_port().reader.move);
  }

 private:
  Accelerator& accelerator_;
  MemoryTiming memory_;
  MemoryInputs port_;
  std::int64_t memory_cycles_ = 1;  // as far as memory goes
};

}  // namespace vqrom::sim::timing
