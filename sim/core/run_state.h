// SPDX-License-Identifier: Apache-2.0
// run_state — a run of a program as it stands when a layer begins: host, memory and counts.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/accelerator_host.h"
#include "sw/golden/executor.h"

namespace vqrom::sim {

// Where memory differs from what it held before the run: pieces in the order of their places, which
// neither touch nor overlap.
struct MemoryChanges {
  std::vector<std::int64_t> offsets;  // from the memory's origin
  std::vector<std::int64_t> sizes;
  std::vector<std::uint8_t> bytes;  // of all pieces
};
// Both of one size.
[[nodiscard]] MemoryChanges find_changes(std::span<const std::uint8_t> before,
                                         std::span<const std::uint8_t> after);
// Why they are none of a memory of that size; empty if they are.
[[nodiscard]] std::string problem(const MemoryChanges& changes, std::size_t memory_bytes);
void apply_changes(const MemoryChanges& changes, std::span<std::uint8_t> memory);

// All but the model's state.
struct RunState {
  HostState host;
  AxiMemory::State memory;
  MemoryChanges changes;
  double cpu_seconds = 0.0;  // of simulating, so far
  [[nodiscard]] std::int64_t cycles() const;
};

// A run that came to its end with every feature map equal to the reference.
struct FinishedRun {
  std::vector<CycleCounts> counts;     // by layer
  std::vector<golden::Codes> outputs;  // by image
  double cpu_seconds = 0.0;
};

}  // namespace vqrom::sim
