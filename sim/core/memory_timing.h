// SPDX-License-Identifier: Apache-2.0
// memory_timing — when a memory behind AXI4 takes and gives what; without data, for every engine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/memory_options.h"
#include "sim/core/read_timing.h"
#include "sim/core/write_timing.h"

namespace vqrom::sim {

// One cycle: drive(), then take_*() for what was valid and ready, then end_cycle(). Reading and
// writing do not hinder each other: who drives reads() and writes() alone may let one of them run
// ahead of the other.
class MemoryTiming {
 public:
  using Burst = MemoryBurst;

  MemoryTiming(const AxiMemoryOptions& options, std::uint64_t size_bytes, std::uint64_t word_bytes);

  void drive() {
    reads_.drive();
    writes_.drive();
  }
  [[nodiscard]] ReadTiming& reads() { return reads_; }
  [[nodiscard]] WriteTiming& writes() { return writes_; }

  // A request for `words` words at `address`.
  [[nodiscard]] Burst burst(std::uint64_t address, std::int64_t words, std::uint8_t id) const;
  void take_read(const Burst& burst) {
    if (hear_) hear_(burst, false);
    reads_.take(burst);
  }
  void take_write(const Burst& burst) {
    if (hear_) hear_(burst, true);
    writes_.take(burst);
  }
  // `word_ready` and `answer_ready` are of those that take. As WriteTiming::end_cycle().
  bool end_cycle(bool word_ready, bool answer_ready) {
    reads_.end_cycle(word_ready);
    return writes_.end_cycle(answer_ready);
  }

  // Between two cycles; with the options, all that decides what comes.
  struct State {
    std::int64_t cycle = 0;
    std::int64_t next_read_cycle = 0;
    std::int64_t next_write_cycle = 0;
    bool word_offered = false;
    bool answer_offered = false;
    std::vector<Burst> reads, writes;  // without an answer, the oldest first
    std::vector<std::uint8_t> lasts;   // of each word written whose answer was not offered
    AxiCounts counts;
  };
  [[nodiscard]] State state() const;
  // Why this memory cannot be in that state; empty if it can.
  [[nodiscard]] std::string problem(const State& state) const;
  // Takes over a state without a problem. Errors: base::Interrupted.
  void restore(const State& state);

  // Calls `hear` for each burst that is taken, or nobody.
  void on_burst(std::function<void(const Burst&, bool write)> hear) { hear_ = std::move(hear); }

  [[nodiscard]] AxiCounts counts() const;
  [[nodiscard]] bool idle() const { return reads_.idle() && writes_.idle(); }
  [[nodiscard]] std::int64_t cycle() const { return reads_.cycle_; }

 private:
  [[nodiscard]] bool refuses(const Burst& burst) const;

  AxiMemoryOptions options_;
  std::uint64_t size_bytes_;
  std::uint64_t word_bytes_;
  ReadTiming reads_;
  WriteTiming writes_;
  std::function<void(const Burst&, bool write)> hear_;
};

}  // namespace vqrom::sim
