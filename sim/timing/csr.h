// SPDX-License-Identifier: Apache-2.0
// csr — vq_csr: registers behind AXI4-Lite, the program's start and end.
#pragma once

#include <array>
#include <cstdint>

#include "sim/core/event_counts.h"
#include "sim/timing/tickets.h"

namespace vqrom::sim::timing {

class Csr {
 public:
  // `read_only` are the words from 0x040 to 0x07C: codebook hash and configuration.
  Csr(int address_bits, std::array<std::uint32_t, 16> read_only)
      : base_mask_((std::uint64_t{1} << address_bits) - 1), read_only_(read_only) {}

  struct Inputs {
    bool awvalid = false;
    std::uint32_t awaddr = 0;
    bool wvalid = false;
    std::uint32_t wdata = 0;
    std::uint32_t wstrb = 0;
    bool bready = false;
    bool arvalid = false;
    std::uint32_t araddr = 0;
    bool rready = false;
  };
  struct Program {
    bool done = false;
    bool error = false;
    bool illegal = false;
    bool progress = false;
  };
  [[nodiscard]] bool start() const { return start_; }
  [[nodiscard]] bool stop() const { return error_ || expired_ || illegal_; }
  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] std::uint64_t base() const { return base_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] bool irq() const { return irq_ && irq_enable_; }
  [[nodiscard]] bool awready() const { return !aw_full_; }
  [[nodiscard]] bool wready() const { return !w_full_; }
  [[nodiscard]] bool bvalid() const { return bvalid_; }
  [[nodiscard]] bool arready() const { return !rvalid_; }
  [[nodiscard]] bool rvalid() const { return rvalid_; }
  [[nodiscard]] std::uint32_t rdata() const {
    if (low_) return static_cast<std::uint32_t>(counter_);
    return high_ ? static_cast<std::uint32_t>(counter_ >> 32) : rdata_;
  }
  // No access is under way.
  [[nodiscard]] bool idle() const { return !aw_full_ && !w_full_ && !bvalid_ && !rvalid_; }
  // Cycles until the watchdog stops a program in which nothing is completed; none: never.
  [[nodiscard]] std::int64_t quiet_cycles() const;
  void advance(std::int64_t cycles) { quiet_ += static_cast<std::uint32_t>(cycles); }

  // A cycle in which no register is accessed and none was: what a program does.
  void edge(const Program& program) { edge_program(program, false, false); }
  // Any cycle.
  void edge(const Inputs& in, const Program& program, const TicketCounts& tickets,
            const EventCounts& counters);
  // A reset clears neither what was read, but for counters, nor that it was one.
  void reset(const Csr& initial) {
    const Csr before = *this;
    *this = initial;
    low_ = before.low_;
    high_ = before.high_;
    rdata_ = before.rdata_;
  }

 private:
  void edge_program(const Program& program, bool start, bool clear) {
    const bool empty = count_ == 0;
    const std::uint32_t quiet = quiet_ + 1;
    const bool expire = watchdog_ != 0 && quiet >= watchdog_ && !program.progress && !start_;
    const bool halt = busy_ && (program.error || program.illegal || expire);
    const bool finish = busy_ && program.done && !halt;
    quiet_ = start_ || program.progress ? 0 : quiet;
    start_ = start && !empty;
    if (start) done_ = false;
    if (start && empty) illegal_ = true;
    if (start_) busy_ = true;
    if (halt) {
      error_ = program.error;
      illegal_ = program.illegal;
      expired_ = expire;
    }
    if (finish) done_ = true;
    if (halt || finish) busy_ = false;
    if (halt || finish || (start && empty)) {
      irq_ = true;
    } else if (clear || start) {
      irq_ = false;
    }
  }
  [[nodiscard]] std::uint32_t read(std::uint32_t word, const TicketCounts& tickets) const;
  void write();

  std::uint64_t base_mask_;
  std::array<std::uint32_t, 16> read_only_;
  bool aw_full_ = false;
  bool w_full_ = false;
  bool bvalid_ = false;
  std::uint32_t waddr_ = 0;  // words
  std::uint32_t wdata_ = 0;
  std::uint32_t wmask_ = 0;
  std::uint64_t base_ = 0;
  std::uint32_t count_ = 0;
  bool irq_enable_ = false;
  std::uint32_t watchdog_ = 0;
  bool start_ = false;
  bool busy_ = false;
  bool done_ = false;
  bool error_ = false;
  bool expired_ = false;
  bool illegal_ = false;
  bool irq_ = false;
  std::uint32_t quiet_ = 0;
  bool rvalid_ = false;
  bool low_ = false;
  bool high_ = false;
  std::uint32_t rdata_ = 0;
  std::uint64_t counter_ = 0;
};

}  // namespace vqrom::sim::timing
