// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/systemc_model.h"

#include <algorithm>

// SystemC's library asks for it; the programs here have their own main.
int sc_main(int, char**) {
  return 0;
}

namespace vqrom::sim {
namespace {

// Runs until nothing is left to do at this time; the first call elaborates.
void run_deltas() {
  while (sc_core::sc_get_status() == sc_core::SC_ELABORATION ||
         sc_core::sc_pending_activity_at_current_time()) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
}

}  // namespace

SystemCModel::Wire& SystemCModel::add(const sc_core::sc_object& port, Direction direction,
                                      int width_bits) {
  ports_.push_back({port.basename(), direction, width_bits});
  wires_.push_back({nullptr, nullptr,
                    std::vector<std::uint8_t>(static_cast<std::size_t>((width_bits + 7) / 8))});
  return wires_.back();
}

void SystemCModel::bind(sc_core::sc_in<bool>& port) {
  auto& signal = new_flag();
  port(signal);
  add(port, Direction::kInput, 1).flag = &signal;
}

void SystemCModel::bind(sc_core::sc_out<bool>& port) {
  auto& signal = new_flag();
  port(signal);
  add(port, Direction::kOutput, 1).flag = &signal;
}

void SystemCModel::bind(sc_core::sc_in<Bits>& port, int width_bits) {
  auto& signal = new_bits();
  port(signal);
  add(port, Direction::kInput, width_bits).bits = &signal;
}

void SystemCModel::bind(sc_core::sc_out<Bits>& port, int width_bits) {
  auto& signal = new_bits();
  port(signal);
  add(port, Direction::kOutput, width_bits).bits = &signal;
}

void SystemCModel::tie_off(sc_core::sc_in<bool>& port) {
  port(new_flag());
}
void SystemCModel::tie_off(sc_core::sc_in<Bits>& port) {
  port(new_bits());
}

std::span<std::uint8_t> SystemCModel::value(int port) {
  return wires_[static_cast<std::size_t>(port)].value;
}

void SystemCModel::settle() {
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    if (ports_[i].direction != Direction::kInput) continue;
    if (wires_[i].flag != nullptr) {
      wires_[i].flag->write(wires_[i].value[0] != 0);
    } else {
      Bits bits(ports_[i].width_bits);
      std::ranges::copy(wires_[i].value, bits.bytes().begin());
      wires_[i].bits->write(bits);
    }
  }
  run_deltas();
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    if (ports_[i].direction != Direction::kOutput) continue;
    if (wires_[i].flag != nullptr) {
      wires_[i].value[0] = wires_[i].flag->read() ? 1 : 0;
    } else {
      std::ranges::copy(wires_[i].bits->read().bytes(), wires_[i].value.begin());
    }
  }
}

void SystemCModel::clock_edge() {
  clk_.write(true);
  run_deltas();
  clk_.write(false);
  run_deltas();
}

}  // namespace vqrom::sim
