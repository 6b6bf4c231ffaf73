// SPDX-License-Identifier: Apache-2.0
// accelerator_lockstep — how an engine's vq_accelerator stands beside the RTL's, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/core/axi_memory.h"
#include "sim/core/lockstep.h"

namespace vqrom::sim {

// What the RTL's registers hold before the first reset.
enum class PowerUp { kZeros, kRandomBits };

// All ports are compared in every cycle, but those that the engine does not know. No reset clears
// what goes with a valid: after random bits it means something only while its valid is high.
inline LockstepRules accelerator_rules(PowerUp registers, std::vector<std::string> unknown = {}) {
  LockstepRules rules{std::move(unknown), {}};
  if (registers == PowerUp::kZeros) return rules;
  rules.payloads = {{"csr_rdata_o", "csr_rvalid_o"}, {"mem_wlast_o", "mem_wvalid_o"}};
  for (const std::string channel : {"mem_ar", "mem_aw"}) {
    for (const char* part : {"addr_o", "len_o", "id_o"}) {
      rules.payloads.push_back({channel + part, channel + "valid_o"});
    }
  }
  return rules;
}

// A pace for each seed: latencies, bandwidth, pauses, refresh.
inline AxiMemoryOptions memory_of(int seed) {
  AxiMemoryOptions memory;
  memory.read_latency_cycles = 1 + seed * 37 % 120;
  memory.write_latency_cycles = 1 + seed * 53 % 90;
  memory.outstanding = 1 + seed * 5 % 16;
  memory.cycles_per_word = seed % 5 == 4 ? 3 : 1;
  if (seed % 3 == 2) {
    memory.refresh_interval_cycles = 100 + seed * 71 % 300;
    memory.refresh_cycles = 1 + seed * 17 % 40;
  }
  memory.stall_seed = seed % 2 == 0 ? 0 : static_cast<std::uint64_t>(seed);
  return memory;
}

}  // namespace vqrom::sim
