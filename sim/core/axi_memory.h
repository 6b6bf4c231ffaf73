// SPDX-License-Identifier: Apache-2.0
// axi_memory — a memory behind the AXI4 master ports `mem_*` of a block, which it also checks.
//
// AMBA AXI4 (ARM IHI 0022): incrementing bursts of whole words, answers in order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/cycle_model.h"
#include "sim/core/stall_pattern.h"
#include "sim/core/stream.h"

namespace vqrom::sim {

struct AxiMemoryOptions {
  int read_latency_cycles = 1;   // from a request taken to its first word offered, at least 1
  int write_latency_cycles = 1;  // from a burst's last word taken to its answer offered
  int cycles_per_word = 1;       // each way; 1 is the full rate
  int outstanding = 16;          // bursts that wait for their answer, each way
  int longest_burst = 256;       // words; a longer one breaks the protocol
  std::uint64_t origin = 0;      // address of the first byte
  std::uint64_t stall_seed = 0;  // random pauses on each channel; 0: none
};

struct AxiCounts {
  std::int64_t read_bursts = 0;
  std::int64_t read_words = 0;
  std::int64_t write_bursts = 0;
  std::int64_t write_words = 0;
  std::int64_t refused_bursts = 0;    // outside of the memory
  std::int64_t most_read_bursts = 0;  // that waited at a time, and so below
  std::int64_t most_write_bursts = 0;
};

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
  [[nodiscard]] const AxiCounts& counts() const { return counts_; }
  // Nothing waits for an answer.
  [[nodiscard]] bool idle() const { return reads_.empty() && writes_.empty(); }

 private:
  // A queue that never grows beyond its first size.
  template <typename T>
  class Ring {
   public:
    explicit Ring(std::size_t size) : items_(size) {}
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] bool full() const { return count_ == items_.size(); }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] T& front() { return items_[head_]; }
    [[nodiscard]] T& at(std::size_t index) { return items_[slot(index)]; }
    [[nodiscard]] std::size_t slot(std::size_t index) const {
      return (head_ + index) % items_.size();
    }
    // A place behind the last item.
    T& push() { return items_[slot(count_++)]; }
    void pop() {
      head_ = slot(1);
      --count_;
    }

   private:
    std::vector<T> items_;
    std::size_t head_ = 0;
    std::size_t count_ = 0;
  };

  // A channel that the block drives.
  class Incoming {
   public:
    Incoming(CycleModel& model, const std::string& name, const std::vector<std::string>& payload,
             StallPattern stalls);
    void drive(bool has_room) { ready_[0] = !stalls_.next() && has_room ? 1 : 0; }
    // Whether the beat in payload() is taken. Errors: simulate.axi.
    [[nodiscard]] bool sample(std::int64_t cycle);
    [[nodiscard]] const std::vector<std::uint8_t>& payload() const { return now_; }
    [[noreturn]] void fail(std::int64_t cycle, const std::string& message) const;

   private:
    std::string name_;
    StreamPayload payload_;
    std::span<const std::uint8_t> valid_;
    std::span<std::uint8_t> ready_;
    StallPattern stalls_;
    std::vector<std::uint8_t> held_, now_;
    bool pending_ = false;  // a beat was offered and not taken
  };

  // A channel that the memory drives.
  struct Outgoing {
    Outgoing(CycleModel& model, const std::string& name, const std::vector<std::string>& names,
             StallPattern pauses);
    void offer(std::span<const std::uint8_t> beat);
    void offer_nothing();
    // Whether what was offered is taken.
    [[nodiscard]] bool sample();

    StreamPayload payload;
    std::span<std::uint8_t> valid;
    std::span<const std::uint8_t> ready;
    StallPattern stalls;
    bool offering = false;
  };

  struct Burst {
    std::uint64_t address = 0;
    std::int64_t words = 0;
    std::int64_t done_words = 0;
    std::int64_t due_cycle = 0;  // the first cycle of its answer
    std::uint8_t id = 0;
    bool refused = false;
  };

  [[nodiscard]] Burst take_request(const Incoming& channel) const;
  void take_read();
  void take_write_word();
  void complete_writes();
  void drive_read();
  void drive_answer();
  void commit(const Burst& burst);

  std::span<std::uint8_t> bytes_;
  AxiMemoryOptions options_;
  std::size_t word_bytes_;
  std::size_t address_bytes_;
  Incoming read_request_, write_request_, write_word_;
  Outgoing read_word_, answer_;
  Ring<Burst> reads_, writes_;
  std::vector<std::uint8_t> read_bytes_;  // a burst for each place of reads_
  std::size_t complete_bursts_ = 0;       // of writes_
  struct WriteWord {
    bool last = false;
  };
  Ring<WriteWord> words_;                  // of writes without an answer
  std::vector<std::uint8_t> write_bytes_;  // data and strobes for each place of words_
  std::size_t matched_words_ = 0;  // of words_: belong to complete bursts or the one at work
  std::vector<std::uint8_t> beat_;
  std::int64_t cycle_ = 0;
  std::int64_t next_read_cycle_ = 0;  // the bandwidth allows the next word
  std::int64_t next_write_cycle_ = 0;
  AxiCounts counts_;
};

}  // namespace vqrom::sim
