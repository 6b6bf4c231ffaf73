// SPDX-License-Identifier: Apache-2.0
// stream_times — when each layer's data move between memory, buffers and the units.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/moved_word_cursor.h"
#include "sim/core/run_observer.h"

namespace vqrom::sim {

// First and last cycle of something, from the first busy cycle of the run.
struct CycleRange {
  std::int64_t first = 0;
  std::int64_t last = -1;  // before the first: it never happened
  [[nodiscard]] bool empty() const { return last < first; }
  [[nodiscard]] std::int64_t count() const { return last - first + 1; }
  void add(std::int64_t from, std::int64_t cycles) {
    if (empty()) first = from;
    last = std::max(last, from + cycles - 1);
  }
};

struct LayerTimes {
  CycleRange work;           // vectors go into the array or the vector unit
  CycleRange outputs;        // codes are written into the output buffer
  CycleRange load_inputs;    // words of its LOADs: activations
  CycleRange load_weights;   // weights, window weights, codebook
  CycleRange store_outputs;  // words of its STOREs
};

class StreamTimes : public RunObserver {
 public:
  void begin(const ObservedRun& run) override;
  void burst(const ObservedBurst&) override {}
  void pass(const ObservedCycles& cycles) override;
  void end(std::int64_t) override {}

  // Of each run, by layer.
  [[nodiscard]] const std::vector<std::vector<LayerTimes>>& runs() const { return runs_; }

 private:
  void move_words(const ObservedCycles& cycles);

  ObservedRun run_;
  std::optional<MovedWordCursor<config::Load>> loads_;
  std::optional<MovedWordCursor<config::Store>> stores_;
  std::vector<std::vector<LayerTimes>> runs_;
};

}  // namespace vqrom::sim
