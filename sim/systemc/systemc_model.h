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
#include "sim/systemc/bus_word.h"
#include "sim/systemc/memory_port.h"

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
  // T is Bits, std::uint32_t, std::uint64_t or BusWord.
  template <typename T>
  void bind(sc_core::sc_in<T>& port, int width_bits) {
    auto& signal = signals<T>().emplace_back();
    port(signal);
    wire(add(port, Direction::kInput, width_bits), signal);
  }
  template <typename T>
  void bind(sc_core::sc_out<T>& port, int width_bits) {
    auto& signal = signals<T>().emplace_back();
    port(signal);
    wire(add(port, Direction::kOutput, width_bits), signal);
  }
  void bind_memory(MemoryPort& block, int bus_bits, int address_bits);
  // Ties a port that this parameter set does not have.
  void tie_off(sc_core::sc_in<bool>& port);
  void tie_off(sc_core::sc_in<Bits>& port);
  void tie_off(sc_core::sc_out<bool>& port);

 private:
  // The signals of all ports of one type, with the bytes that CycleModel shows.
  template <typename T>
  struct Wire {
    sc_core::sc_signal<T>* signal;
    const T* now;         // the signal's value
    std::uint8_t* bytes;  // room for a T
    int width_bits;
  };
  template <typename T>
  struct Wires {
    std::vector<Wire<T>> inputs;
    std::vector<Wire<T>> outputs;
    void write();
    void read();
  };
  int add(const sc_core::sc_object& port, Direction direction, int width_bits);
  template <typename T>
  std::deque<sc_core::sc_signal<T>>& signals();
  template <typename T>
  Wires<T>& wires();
  template <typename T>
  void wire(int port, sc_core::sc_signal<T>& signal) {
    const auto at = static_cast<std::size_t>(port);
    const bool input = ports_[at].direction == Direction::kInput;
    auto& list = input ? wires<T>().inputs : wires<T>().outputs;
    list.push_back({&signal, &signal.read(), values_[at].data(), ports_[at].width_bits});
  }

  sc_core::sc_signal<bool> clk_;
  std::deque<sc_core::sc_signal<bool>> flags_;
  std::deque<sc_core::sc_signal<Bits>> bits_;
  std::deque<sc_core::sc_signal<std::uint32_t>> words_;
  std::deque<sc_core::sc_signal<std::uint64_t>> addresses_;
  std::deque<sc_core::sc_signal<BusWord>> bus_words_;
  std::vector<Port> ports_;
  std::deque<std::vector<std::uint8_t>> values_;
  Wires<bool> flag_wires_;
  Wires<Bits> bits_wires_;
  Wires<std::uint32_t> word_wires_;
  Wires<std::uint64_t> address_wires_;
  Wires<BusWord> bus_wires_;
  bool clock_is_high_ = false;
};

}  // namespace vqrom::sim
