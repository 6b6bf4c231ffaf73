// SPDX-License-Identifier: Apache-2.0
// systemc_model — a SystemC module as a CycleModel.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <systemc>
#include <vector>

#include "sim/core/cycle_model.h"
#include "sim/systemc/bits.h"

namespace vqrom::sim {

// A subclass owns the module and binds its ports in the constructor. SystemC elaborates once a
// process: make all models that a program needs before the first settle() of any.
class SystemCModel : public CycleModel {
 public:
  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override;
  void settle() override;
  void clock_edge() override;

 protected:
  void bind_clock(sc_core::sc_in<bool>& port) { port(clk_); }
  void bind(sc_core::sc_in<bool>& port);
  void bind(sc_core::sc_out<bool>& port);
  void bind(sc_core::sc_in<Bits>& port, int width_bits);
  void bind(sc_core::sc_out<Bits>& port, int width_bits);
  // Ties a port that this parameter set does not have.
  void tie_off(sc_core::sc_in<bool>& port);
  void tie_off(sc_core::sc_in<Bits>& port);

 private:
  // The signal of a port: the one or the other.
  struct Wire {
    sc_core::sc_signal<bool>* flag = nullptr;
    sc_core::sc_signal<Bits>* bits = nullptr;
    std::vector<std::uint8_t> value;
  };
  Wire& add(const sc_core::sc_object& port, Direction direction, int width_bits);
  sc_core::sc_signal<bool>& new_flag() { return flags_.emplace_back(); }
  sc_core::sc_signal<Bits>& new_bits() { return bits_.emplace_back(); }

  sc_core::sc_signal<bool> clk_;
  std::deque<sc_core::sc_signal<bool>> flags_;
  std::deque<sc_core::sc_signal<Bits>> bits_;
  std::vector<Port> ports_;
  std::vector<Wire> wires_;
};

}  // namespace vqrom::sim
