// SPDX-License-Identifier: Apache-2.0
// memory_options — what a memory behind AXI4 is like, a burst of it, and what was counted.
#pragma once

#include <cstdint>

namespace vqrom::sim {

struct AxiMemoryOptions {
  int read_latency_cycles = 1;   // from a request taken to its first word offered, at least 1
  int write_latency_cycles = 1;  // from a burst's last word taken to its answer offered
  int cycles_per_word = 1;       // each way; 1 is the full rate
  // As the refresh of DRAM: in the last `refresh_cycles` of every `refresh_interval_cycles` nothing
  // is taken or given. 0: never.
  int refresh_interval_cycles = 0;
  int refresh_cycles = 0;        // less than the interval
  int outstanding = 16;          // bursts that wait for their answer, each way
  int longest_burst = 256;       // words; a longer one breaks the protocol
  std::uint64_t origin = 0;      // address of the first byte
  std::uint64_t stall_seed = 0;  // random pauses on each channel; 0: none
};

struct AxiCounts {
  std::int64_t read_bursts = 0;
  std::int64_t read_words = 0;
  std::int64_t write_bursts = 0;
  std::int64_t write_words = 0;
  std::int64_t refused_bursts = 0;    // outside of the memory
  std::int64_t most_read_bursts = 0;  // that waited at a time, and so below
  std::int64_t most_write_bursts = 0;
};

// Of one direction.
struct ChannelCounts {
  std::int64_t bursts = 0;
  std::int64_t words = 0;
  std::int64_t refused_bursts = 0;
  std::int64_t most_bursts = 0;
};

struct MemoryBurst {
  std::uint64_t address = 0;  // from the origin
  std::int64_t words = 0;
  std::int64_t done_words = 0;
  std::int64_t due_cycle = 0;  // the first cycle of its answer
  std::uint8_t id = 0;
  bool refused = false;  // not in the memory: its answers are errors
};

}  // namespace vqrom::sim
