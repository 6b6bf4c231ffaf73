// SPDX-License-Identifier: Apache-2.0
// vq_csr — SystemC models of vq_csr and vq_counters: the registers behind AXI4-Lite.
#pragma once

#include <cstdint>
#include <systemc>

#include "sim/core/event_counts.h"
#include "sim/timing/accelerator.h"

namespace vqrom::sim {

class VqCounters : public sc_core::sc_module {
 public:
  explicit VqCounters(sc_core::sc_module_name name) : sc_module(name) {}
  void clear() {
    (void)tally_.take();
    counts_ = {};
  }
  void count(std::uint32_t events) { tally_.add(events); }
  [[nodiscard]] const EventCounts& counts() {
    counts_ += tally_.take();
    return counts_;
  }

 private:
  BitTally tally_;
  EventCounts counts_;
};

class VqCsr : public sc_core::sc_module {
 public:
  VqCsr(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
        const std::string& codebook_sha256)
      : sc_module(name),
        initial_(config.bus.address_bits, timing::read_only_registers(config, codebook_sha256)),
        cycle_(initial_) {}
  void reset() { cycle_.reset(initial_); }
  void edge(const timing::Csr::Inputs& in, const timing::Csr::Program& program,
            const timing::TicketCounts& tickets, VqCounters& counters) {
    const bool access = in.awvalid || in.wvalid || in.arvalid || !cycle_.idle();
    if (access) {
      cycle_.edge(in, program, tickets, counters.counts());
    } else {
      cycle_.edge(program);
    }
  }
  void repeat() { cycle_.advance(1); }
  [[nodiscard]] const timing::Csr& cycle() const { return cycle_; }

 private:
  timing::Csr initial_;
  timing::Csr cycle_;
};

}  // namespace vqrom::sim
