// SPDX-License-Identifier: Apache-2.0
// unit_trace — what each unit of the accelerator did when, in the trace event format of Chrome and
// Perfetto.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/moved_word_cursor.h"
#include "sim/core/run_observer.h"

namespace vqrom::sim {

struct UnitTraceOptions {
  std::vector<std::string> layers;       // only while these are computed; empty: all
  std::int64_t most_events = 1'000'000;  // after them the trace ends
};

// A process is a run, a thread a unit, a microsecond a cycle. docs/formats/unit_trace.md.
class UnitTrace : public RunObserver {
 public:
  explicit UnitTrace(UnitTraceOptions options) : options_(std::move(options)) {}

  void begin(const ObservedRun& run) override;
  void burst(const ObservedBurst& burst) override;
  void pass(const ObservedCycles& cycles) override;
  void end(std::int64_t cycles) override;

  [[nodiscard]] std::int64_t events() const { return events_; }
  // The cycle, counted over all runs, in which the trace ended because it was full.
  [[nodiscard]] std::optional<std::int64_t> full_cycle() const { return full_cycle_; }
  // All of it, as JSON.
  [[nodiscard]] std::string json() const;

 private:
  enum Unit {
    kLayer,
    kArray,
    kVectorUnit,
    kDecoder,
    kOutput,
    kRunQueue,
    kLoadQueue,
    kStoreQueue,
    kLoad,
    kStore,
    kFetch,
    kReadBursts,
    kWriteBursts,
    kUnits
  };
  static constexpr std::int64_t kNone = -1;
  // What a unit has been doing since a cycle.
  struct Slice {
    std::string_view name;        // empty: nothing
    std::int64_t number = kNone;  // of the instruction
    std::size_t layer = 0;
    std::int64_t first = 0;
    std::int64_t end = 0;
  };

  // The unit does that from `first` on, for `count` cycles; goes on with the slice if it is the
  // same.
  void show(Unit unit, std::string_view name, std::int64_t number, std::size_t layer,
            std::int64_t first, std::int64_t count);
  void close(Unit unit);
  void show_moves(const ObservedCycles& cycles, bool wanted);
  void add(std::string_view event);
  [[nodiscard]] bool wanted(std::size_t layer) const { return wanted_[layer]; }

  UnitTraceOptions options_;
  ObservedRun run_;
  std::optional<MovedWordCursor<config::Load>> loads_;
  std::optional<MovedWordCursor<config::Store>> stores_;
  std::vector<bool> wanted_;  // by layer
  std::array<Slice, kUnits> slices_;
  std::vector<ObservedBurst> bursts_;  // of the cycle that comes
  std::int64_t process_ = 0;
  std::int64_t first_cycle_ = 0;  // of the run
  std::int64_t events_ = 0;
  std::optional<std::int64_t> full_cycle_;
  std::string text_;
};

}  // namespace vqrom::sim
