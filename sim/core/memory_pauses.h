// SPDX-License-Identifier: Apache-2.0
// memory_pauses — when one direction of a memory takes and gives nothing: while it refreshes, and
// at random on each of its channels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/core/memory_options.h"
#include "sim/core/stall_pattern.h"

namespace vqrom::sim {

template <std::size_t kChannels>
class MemoryPauses {
 public:
  // `channels` are the numbers of the channels' random patterns.
  MemoryPauses(const AxiMemoryOptions& options, std::array<std::uint64_t, kChannels> channels)
      : seed_(options.stall_seed),
        interval_(options.refresh_interval_cycles),
        refresh_(options.refresh_cycles),
        channels_(channels) {
    begin();
  }

  [[nodiscard]] bool never() const { return seed_ == 0 && refresh_ == 0; }
  [[nodiscard]] bool at_random() const { return seed_ != 0; }
  [[nodiscard]] bool refreshing(std::int64_t cycle) const {
    return refresh_ != 0 && left(cycle) <= refresh_;
  }
  // Cycles, `cycle` included, before a refresh begins, or before the one that goes on ends.
  // With refresh only.
  [[nodiscard]] std::int64_t same_cycles(std::int64_t cycle) const {
    return refreshing(cycle) ? left(cycle) : left(cycle) - refresh_;
  }
  [[nodiscard]] bool refreshes() const { return refresh_ != 0; }

  // Of each channel in this cycle; called once a cycle.
  [[nodiscard]] std::array<bool, kChannels> next(std::int64_t cycle) {
    std::array<bool, kChannels> pauses{};
    const bool refresh = refreshing(cycle);
    for (std::size_t i = 0; i < kChannels; ++i) pauses[i] = stalls_[i].next() || refresh;
    return pauses;
  }
  // Errors: base::Interrupted.
  void restart_at(std::int64_t cycle) {
    begin();
    for (StallPattern& stalls : stalls_) stalls.skip(cycle);
  }

 private:
  void begin() {
    if (seed_ == 0) return;
    for (std::size_t i = 0; i < kChannels; ++i) {
      stalls_[i] = StallPattern::random(seed_ * 5 + channels_[i]);
    }
  }
  // Cycles up to the end of the interval.
  [[nodiscard]] std::int64_t left(std::int64_t cycle) const {
    return interval_ - cycle % interval_;
  }

  std::uint64_t seed_;
  std::int64_t interval_;
  std::int64_t refresh_;
  std::array<std::uint64_t, kChannels> channels_;
  std::array<StallPattern, kChannels> stalls_;
};

}  // namespace vqrom::sim
