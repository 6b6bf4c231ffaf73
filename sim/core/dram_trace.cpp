// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dram_trace.h"

#include <iterator>

#include <fmt/format.h>

namespace vqrom::sim {

void DramTrace::burst(const ObservedBurst& burst) {
  const auto size = static_cast<std::uint64_t>(access_bytes_);
  const std::uint64_t end = burst.address + static_cast<std::uint64_t>(burst.words * bus_bytes_);
  auto to = std::back_inserter(text_);
  for (std::uint64_t at = burst.address / size * size; at < end; at += size) {
    if (format_ == DramFormat::kRamulator2) {
      fmt::format_to(to, "{} {:#x}\n", burst.write ? "ST" : "LD", at);
    } else {
      fmt::format_to(to, "{:#x} {} {}\n", at, burst.write ? "WRITE" : "READ",
                     first_cycle_ + burst.cycle);
    }
  }
}

}  // namespace vqrom::sim
