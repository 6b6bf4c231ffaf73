// SPDX-License-Identifier: Apache-2.0
#include "sim/core/memory_timing.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

// Errors: none; what no memory can be is a fatal error.
const AxiMemoryOptions& checked(const AxiMemoryOptions& options) {
  VQROM_CHECK(options.read_latency_cycles >= 1 && options.write_latency_cycles >= 1 &&
                  options.cycles_per_word >= 1 && options.outstanding >= 1 &&
                  options.longest_burst >= 1,
              "a memory's latencies, rate and limits are at least 1");
  VQROM_CHECK(options.refresh_cycles >= 0 &&
                  options.refresh_cycles <= std::max(0, options.refresh_interval_cycles - 1),
              "{} of {} cycles refresh", options.refresh_cycles, options.refresh_interval_cycles);
  return options;
}

}  // namespace

MemoryTiming::MemoryTiming(const AxiMemoryOptions& options, std::uint64_t size_bytes,
                           std::uint64_t word_bytes)
    : options_(checked(options)),
      size_bytes_(size_bytes),
      word_bytes_(word_bytes),
      reads_(options),
      writes_(options) {}

MemoryTiming::Burst MemoryTiming::burst(std::uint64_t address, std::int64_t words,
                                        std::uint8_t id) const {
  Burst burst;
  burst.address = address - options_.origin;  // below the origin: far above the memory's end
  burst.words = words;
  burst.id = id;
  burst.refused = refuses(burst);
  return burst;
}

bool MemoryTiming::refuses(const Burst& burst) const {
  const std::uint64_t size = static_cast<std::uint64_t>(burst.words) * word_bytes_;
  return burst.address >= size_bytes_ || size > size_bytes_ - burst.address;
}

AxiCounts MemoryTiming::counts() const {
  const ChannelCounts& reads = reads_.counts();
  const ChannelCounts& writes = writes_.counts();
  return {reads.bursts,
          reads.words,
          writes.bursts,
          writes.words,
          reads.refused_bursts + writes.refused_bursts,
          reads.most_bursts,
          writes.most_bursts};
}

}  // namespace vqrom::sim
