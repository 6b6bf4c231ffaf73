// SPDX-License-Identifier: Apache-2.0
// random_transfers — random LOADs, STOREs and fetches for vq_dma.
#pragma once

#include "tests/sim/verilator/dma_bench.h"

namespace vqrom::sim {

inline constexpr std::uint64_t kOrigin = 0x3000;
inline constexpr std::uint64_t kBase = kOrigin + 0x7e0;  // a multiple of 32, not of a page
inline constexpr std::int64_t kStoreRegion = 1 << 17;    // LOADs read below it

inline AxiMemoryOptions memory_options(const DmaSize& size, int latency_cycles) {
  return {.read_latency_cycles = latency_cycles,
          .write_latency_cycles = latency_cycles,
          .longest_burst = std::max(size.burst_words, config::kInstructionBits / size.bus_bits),
          .origin = kOrigin};
}

// Rows of `parts` words: mostly short, some of many bursts.
inline std::int64_t random_row(base::Random& random, std::int64_t parts) {
  return parts * random.between(1, random.below(6) == 0 ? 300 / parts : 24 / parts + 1);
}

inline config::Load random_load(const DmaBench& bench, base::Random& random, bool codebook) {
  config::Load load;
  load.target = random.between(0, codebook ? 5 : 4);
  if (!codebook && load.target == 4)
    load.target = static_cast<std::int64_t>(config::Target::kTable);
  load.wait_reads = random.between(0, (1 << 20) - 1);  // not ours to look at
  load.wait_stores = random.between(0, (1 << 20) - 1);
  const std::int64_t parts = bench.parts(static_cast<config::Target>(load.target));
  load.row_words = random_row(random, parts);
  load.rows = random.between(1, 5);
  const std::int64_t gap = random.below(2) == 0 ? 0 : random.between(0, 300);
  load.row_stride = (load.row_words + gap) * bench.bus_bytes();
  load.address = random.between(0, (kStoreRegion >> 1) / 16) * 16;
  load.buffer_stride = random.between(0, 300);  // rows may overlap: the later one stays
  load.buffer = random.between(0, 400);
  return load;
}

// Every STORE has a place of its own in the output buffer and in memory.
inline config::Store random_store(const DmaBench& bench, base::Random& random, std::int64_t& buffer,
                                  std::int64_t& address) {
  config::Store store;
  store.wait_runs = random.between(0, (1 << 20) - 1);
  store.row_words = random_row(random, bench.vector_parts());
  store.rows = random.between(1, 3);
  const std::int64_t gap = random.below(2) == 0 ? 0 : random.between(0, 30);
  store.row_stride = (store.row_words + gap) * bench.bus_bytes();
  store.buffer_stride = store.row_words / bench.vector_parts() + random.between(0, 3);
  store.address = address;
  store.buffer = buffer;
  address += store.rows * store.row_stride;
  buffer += store.rows * store.buffer_stride;
  return store;
}

// LOADs, STOREs and fetches beside each other.
inline void add_random_mix(DmaBench& bench, base::Random& random, bool codebook) {
  std::int64_t buffer = 0;
  std::int64_t address = kStoreRegion;
  for (int i = 0; i < 12; ++i) {
    for (int n = 0; n < 2; ++n) bench.load(random_load(bench, random, codebook));
    const config::Store store = random_store(bench, random, buffer, address);
    if (buffer <= DmaBench::kBufferWords) bench.store(store);
    for (int n = 0; n < 3; ++n) bench.fetch(random.below(kStoreRegion / 64) * 32);
  }
}

}  // namespace vqrom::sim
