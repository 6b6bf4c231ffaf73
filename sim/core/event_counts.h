// SPDX-License-Identifier: Apache-2.0
// event_counts — the accelerator's events, added up cycle by cycle; and one cause for each cycle.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace vqrom::sim {

// Bits of events_o and numbers of the counters; docs/rtl/accelerator.md.
enum class Event {
  kCycles,
  kIssue,
  kWaitWeights,
  kWaitParams,
  kWaitSums,
  kWaitActs,
  kDecode,
  kVectorReads,
  kOutWrites,
  kLoadAct,
  kLoadWgt,
  kLoadParam,
  kLoadWindow,
  kFetch,
  kStore,
  kReadBursts,
  kWriteBursts,
  kLoadWait,
  kRunWaitLoads,
  kRunWaitStores,
  kStoreWait,
  kActReads,
  kComputeBusy,
  kLoadCodebook,
  kLoadTable,
  kDecodeConflict
};
inline constexpr int kEvents = 26;

// "cycles", "issue", …
[[nodiscard]] std::string_view event_name(Event event);

constexpr std::uint32_t event_bit(Event event) {
  return std::uint32_t{1} << static_cast<int>(event);
}

// A word of a LOAD comes; one of them at a time.
inline constexpr std::uint32_t kLoadEvents =
    event_bit(Event::kLoadAct) | event_bit(Event::kLoadWgt) | event_bit(Event::kLoadParam) |
    event_bit(Event::kLoadWindow) | event_bit(Event::kLoadCodebook) | event_bit(Event::kLoadTable);

struct EventCounts {
  std::array<std::int64_t, kEvents> counts{};

  [[nodiscard]] std::int64_t operator[](Event event) const {
    return counts[static_cast<std::size_t>(event)];
  }
  EventCounts& operator+=(const EventCounts& other);
  friend bool operator==(const EventCounts&, const EventCounts&) = default;
};

// Work and waiting may overlap, so each busy cycle is put down to the first of these that holds;
// what is left is the cause "other": fetching, the first LOADs, the last STOREs.
inline constexpr std::array<Event, 9> kCauses{
    Event::kIssue,        Event::kWaitWeights,   Event::kWaitParams,
    Event::kWaitSums,     Event::kWaitActs,      Event::kVectorReads,
    Event::kRunWaitLoads, Event::kRunWaitStores, Event::kComputeBusy};

// Counts of events, and of cycles by cause: kCauses as events, "other" as kCycles.
struct CycleCounts {
  EventCounts events;
  EventCounts causes;
  std::int64_t codebook_waits = 0;  // a RUN waited for LOADs while a word of the codebook came
  CycleCounts& operator+=(const CycleCounts& other);
};

// Adds up the bits of one word each cycle with four table look-ups.
class BitTally {
 public:
  void add(std::uint32_t bits) {
    for (std::size_t part = 0; part < sums_.size(); ++part) {
      sums_[part] += kSpread[bits >> 8 * part & 0xff];
    }
    if (++held_ == kMostHeld) flush();
  }
  // What was counted since the last call.
  [[nodiscard]] EventCounts take();

 private:
  static constexpr int kMostHeld = 255;  // a byte of a sum holds no more
  // Bit i of the index as byte i.
  static constexpr std::array<std::uint64_t, 256> kSpread = [] {
    std::array<std::uint64_t, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value) {
      for (std::size_t bit = 0; bit < 8; ++bit) {
        table[value] |= static_cast<std::uint64_t>(value >> bit & 1) << 8 * bit;
      }
    }
    return table;
  }();

  void flush();

  std::array<std::uint64_t, (kEvents + 7) / 8> sums_{};  // eight counts of a byte each
  int held_ = 0;
  EventCounts counts_;
};

// Counts events_o and the causes of one cycle after the other. Few words come again and again, so
// cycles are held by word and their bits counted later.
class CycleTally {
 public:
  // The same events in each of `cycles` cycles.
  void add(std::uint32_t events, std::int64_t cycles = 1) {
    Held& held = held_[events * 0x9e3779b1U >> (32 - kHeldBits)];
    if (held.events != events) {
      count(held);
      held = {events, 0};
    }
    held.cycles += cycles;
  }
  // `count` more of an event that is no cause, and no word of the codebook.
  void add(Event event, std::int64_t count) {
    counts_.events.counts[static_cast<std::size_t>(event)] += count;
  }
  // The same where words of LOADs are counted apart from the wait for them.
  void add_codebook_waits(std::int64_t cycles) { counts_.codebook_waits += cycles; }
  // What was counted since the last call.
  [[nodiscard]] CycleCounts take();

 private:
  struct Held {
    std::uint32_t events = 0;
    std::int64_t cycles = 0;
  };
  static constexpr int kHeldBits = 7;
  static constexpr std::uint32_t kCauseBits = [] {
    std::uint32_t bits = 0;
    for (const Event cause : kCauses) {
      bits |= event_bit(cause);
    }
    return bits;
  }();

  static constexpr std::uint32_t kCodebookWait =
      event_bit(Event::kRunWaitLoads) | event_bit(Event::kLoadCodebook);

  void count(const Held& held);

  std::array<Held, std::size_t{1} << kHeldBits> held_{};  // by a hash of the events
  CycleCounts counts_;
};

}  // namespace vqrom::sim
