// SPDX-License-Identifier: Apache-2.0
// tickets — vq_tickets: counts what is complete, modulo 2^20.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

inline constexpr std::uint32_t kCountMask = 0xfffff;

struct TicketPulses {
  bool load_done = false;
  bool run_read = false;
  bool run_done = false;
  bool store_read = false;
  bool store_done = false;
  [[nodiscard]] bool any() const {
    return load_done || run_read || run_done || store_read || store_done;
  }
};

struct TicketCounts {
  std::uint32_t loads = 0;
  std::uint32_t reads = 0;
  std::uint32_t runs = 0;
  std::uint32_t store_reads = 0;
  std::uint32_t stores = 0;
  void edge(bool clear, const TicketPulses& pulses) {
    if (clear) {
      *this = {};
      return;
    }
    if (!pulses.any()) return;
    const auto step = [](std::uint32_t& count, bool pulse) {
      count = (count + (pulse ? 1 : 0)) & kCountMask;
    };
    step(loads, pulses.load_done);
    step(reads, pulses.run_read);
    step(runs, pulses.run_done);
    step(store_reads, pulses.store_read);
    step(stores, pulses.store_done);
  }
};

}  // namespace vqrom::sim::timing
