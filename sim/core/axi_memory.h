// SPDX-License-Identifier: Apache-2.0
// axi_memory — a memory behind the AXI4 master ports `mem_*` of a block, which it also checks.
//
// AMBA AXI4 (ARM IHI 0022): incrementing bursts of whole words, answers in order.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/cycle_model.h"
#include "sim/core/memory_timing.h"
#include "sim/core/stream.h"

namespace vqrom::sim {

// One cycle: drive(), settle(), sample(), clock_edge(). A read sees the memory as it was when its
// request was taken; a write is visible when its answer is offered: whoever does not wait for the
// answer finds old bytes. Bursts outside of the memory are answered by SLVERR.
class AxiMemory {
 public:
  // `bytes` must stay where they are.
  AxiMemory(CycleModel& model, std::span<std::uint8_t> bytes, AxiMemoryOptions options);

  void drive();
  // Errors: simulate.axi, when the block breaks the protocol.
  void sample();
  [[nodiscard]] AxiCounts counts() const { return timing_.counts(); }
  // As MemoryTiming.
  void on_burst(std::function<void(const MemoryTiming::Burst&, bool write)> hear) {
    timing_.on_burst(std::move(hear));
  }
  // Between two cycles, but for the memory's bytes and the ports.
  struct State {
    MemoryTiming::State timing;
    std::vector<std::uint8_t> read_bytes;   // of the reads without an answer, one after the other
    std::vector<std::uint8_t> write_beats;  // of the written words whose answer was not offered
    // A beat that was offered and not taken; empty if there is none. Of ar, aw, w.
    std::array<std::vector<std::uint8_t>, 3> held;
  };
  [[nodiscard]] State state() const;
  // As MemoryTiming.
  [[nodiscard]] std::string problem(const State& state) const;
  void restore(const State& state);

  // Nothing waits for an answer.
  [[nodiscard]] bool idle() const { return timing_.idle(); }

 private:
  // A channel that the block drives.
  class Incoming {
   public:
    Incoming(CycleModel& model, const std::string& name, const std::vector<std::string>& payload);
    void drive(bool ready) { ready_[0] = ready ? 1 : 0; }
    // Whether the beat in payload() is taken. Errors: simulate.axi.
    [[nodiscard]] bool sample(std::int64_t cycle);
    [[nodiscard]] const std::vector<std::uint8_t>& payload() const { return now_; }
    [[noreturn]] void fail(std::int64_t cycle, const std::string& message) const;
    [[nodiscard]] std::vector<std::uint8_t> held() const;
    void hold(const std::vector<std::uint8_t>& beat);

   private:
    std::string name_;
    StreamPayload payload_;
    std::span<const std::uint8_t> valid_;
    std::span<std::uint8_t> ready_;
    std::vector<std::uint8_t> held_, now_;
    bool pending_ = false;  // a beat was offered and not taken
  };

  // A channel that the memory drives.
  struct Outgoing {
    Outgoing(CycleModel& model, const std::string& name, const std::vector<std::string>& names);
    void offer(std::span<const std::uint8_t> beat);
    void offer_nothing();
    StreamPayload payload;
    std::span<std::uint8_t> valid;
    std::span<const std::uint8_t> ready;
  };

  [[nodiscard]] MemoryTiming::Burst take_request(const Incoming& channel) const;
  void take_read();
  void take_write_word();
  void drive_read();
  void drive_answer();
  void commit(const MemoryTiming::Burst& burst);
  [[nodiscard]] std::size_t read_place(std::int64_t burst) const;
  [[nodiscard]] std::size_t write_place(std::int64_t word) const;

  std::span<std::uint8_t> bytes_;
  AxiMemoryOptions options_;
  std::size_t word_bytes_;
  std::size_t address_bytes_;
  MemoryTiming timing_;
  Incoming read_request_, write_request_, write_word_;
  Outgoing read_word_, answer_;
  std::vector<std::uint8_t> read_bytes_;   // a burst for each that may be outstanding
  std::vector<std::uint8_t> write_bytes_;  // data and strobes of words without an answer
  std::int64_t read_bursts_done_ = 0;
  std::int64_t words_committed_ = 0;
  std::vector<std::uint8_t> beat_;
};

}  // namespace vqrom::sim
