// SPDX-License-Identifier: Apache-2.0
// counters_pins — vq_counters with the ports of the RTL, to stand beside it.
#pragma once

#include <cstdint>
#include <systemc>

#include "sim/systemc/held_output.h"
#include "sim/systemc/vq_csr.h"

namespace vqrom::sim {

class CountersPins : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> clear_i{"clear_i"};
  sc_core::sc_in<std::uint32_t> event_i{"event_i"};
  HeldOutput<std::uint32_t> event_o{"event_o"};
  sc_core::sc_in<bool> rd_en_i{"rd_en_i"};
  sc_core::sc_in<std::uint32_t> rd_index_i{"rd_index_i"};
  HeldOutput<std::uint64_t> rd_data_o{"rd_data_o"};

  SC_HAS_PROCESS(CountersPins);
  explicit CountersPins(sc_core::sc_module_name name) : sc_module(name) {
    SC_METHOD(react);
    sensitive << clk.pos() << rst_n.neg() << clear_i << event_i;
  }

 private:
  void react() {
    if (!rst_n.read()) {
      counters_.clear();
      read_ = 0;
    } else if (clk.posedge()) {
      edge();
    }
    event_o.put(events());
    rd_data_o.put(read_);
  }
  void edge() {
    const std::size_t index = rd_index_i.read();
    const auto& counts = counters_.counts().counts;
    if (rd_en_i.read()) {
      read_ = index < counts.size() ? static_cast<std::uint64_t>(counts[index]) : 0;
    }
    if (clear_i.read()) counters_.clear();
    counters_.count(events());
  }
  [[nodiscard]] std::uint32_t events() const {
    const bool busy = (event_i.read() & event_bit(Event::kCycles)) != 0;
    return busy && !clear_i.read() ? event_i.read() : 0;
  }

  VqCounters counters_{"u_counters"};
  std::uint64_t read_ = 0;
};

}  // namespace vqrom::sim
