// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_decode.h"

#include <algorithm>

namespace vqrom::sim {

VqDecode::VqDecode(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                   codebook::Codebook codebook)
    : sc_module(name),
      config_(config),
      codebook_(std::move(codebook)),
      bank_outputs_(static_cast<std::size_t>(std::max(1, config.codebook.banks)), -1),
      port_registers_(static_cast<std::size_t>(config.codebook.read_ports)),
      all_ports_(~std::uint64_t{0} >> (64 - config.codebook.read_ports)) {
  SC_METHOD(drive_handshake);
  sensitive << valid_q_ << done_q_ << valid_i << ready_i << dense_i << indices_i;
  SC_METHOD(drive_weights);
  sensitive << decoded_q_ << dense_data_q_ << dense_q_;
  SC_METHOD(clock);
  sensitive << clk.pos() << rst_n.neg();
  dont_initialize();
}

int VqDecode::index_width() const {
  return config_.codebook.read_ports * config_.index_bits();
}

int VqDecode::weight_width() const {
  return config_.codebook.read_ports * config_.codebook.dimension * config_.weight_bits();
}

std::vector<int> VqDecode::indices() const {
  std::vector<int> result;
  const int bits = config_.index_bits();
  for (int port = 0; port < config_.codebook.read_ports; ++port) {
    result.push_back(static_cast<int>(indices_i.read().get(port * bits, bits)));
  }
  return result;
}

Bits VqDecode::decode(const std::vector<int>& indices) const {
  Bits weights(weight_width());
  const int dimension = config_.codebook.dimension;
  for (int port = 0; port < config_.codebook.read_ports; ++port) {
    const int index = indices[static_cast<std::size_t>(port)];
    if (index < 0 || index >= codebook_.entries) continue;  // reads as 0
    for (int e = 0; e < dimension; ++e) {
      const std::int8_t element =
          codebook_.elements[static_cast<std::size_t>(index * dimension + e)];
      weights.set((port * dimension + e) * config_.weight_bits(), config_.weight_bits(),
                  static_cast<std::uint32_t>(element));
    }
  }
  return weights;
}

std::uint64_t VqDecode::served() const {
  std::vector<int> reads(bank_outputs_.size(), -1);
  std::uint64_t ports = 0;
  int port = 0;
  for (const int index : indices()) {
    const std::uint64_t bit = std::uint64_t{1} << port++;
    if ((done_q_.read() & bit) != 0) continue;
    int& read = reads[static_cast<std::size_t>(index) % reads.size()];
    if (read < 0) read = index;
    if (read == index) ports |= bit;
  }
  return ports;
}

std::vector<int> VqDecode::read_banks() {
  const std::vector<int> asked = indices();
  const std::uint64_t ports = served();
  const auto shown = [&](const PortRegisters& port) {
    return port.fresh ? bank_outputs_[port.bank] : port.held;
  };
  for (std::size_t p = 0; p < asked.size(); ++p) {
    PortRegisters& port = port_registers_[p];
    const bool fresh = (ports >> p & 1) != 0;
    if (!fresh) port.held = shown(port);
    port.fresh = fresh;
    port.bank = static_cast<std::size_t>(asked[p]) % bank_outputs_.size();
  }
  for (std::size_t p = 0; p < asked.size(); ++p) {
    if (port_registers_[p].fresh) bank_outputs_[port_registers_[p].bank] = asked[p];
  }
  std::vector<int> result;
  for (const PortRegisters& port : port_registers_) result.push_back(shown(port));
  return result;
}

bool VqDecode::is_last() const {
  return !has_banks() || is_dense() || (done_q_.read() | served()) == all_ports_;
}

void VqDecode::drive_handshake() {
  const bool last = is_last();
  valid_o.write(valid_q_.read());
  ready_o.write(is_ready() && last);
  read_o.write(is_reading() && last);
  conflict_o.write(is_reading() && !last);
}

void VqDecode::drive_weights() {
  weights_o.write(dense_q_.read() ? dense_data_q_.read() : decoded_q_.read());
}

void VqDecode::clock() {
  // The data registers have no reset: a beat may enter while the handshake is held in reset.
  const bool last = is_last();
  if (clk.posedge() && valid_i.read() && is_ready()) {
    if (last) dense_q_.write(is_dense());
    if (last) dense_data_q_.write(dense_data_i.read());
    if (!is_dense()) decoded_q_.write(decode(has_banks() ? read_banks() : indices()));
  }
  if (!rst_n.read()) {
    valid_q_.write(false);
    done_q_.write(0);
    return;
  }
  if (is_ready()) valid_q_.write(valid_i.read() && last);
  if (is_reading()) done_q_.write(last ? 0 : done_q_.read() | served());
}

}  // namespace vqrom::sim
