// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_decode.h"

namespace vqrom::sim {

VqDecode::VqDecode(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                   codebook::Codebook codebook)
    : sc_module(name), config_(config), codebook_(std::move(codebook)) {
  SC_METHOD(drive_handshake);
  sensitive << valid_q_ << valid_i << ready_i << dense_i;
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

Bits VqDecode::decode(const Bits& indices) const {
  Bits weights(weight_width());
  const int dimension = config_.codebook.dimension;
  for (int port = 0; port < config_.codebook.read_ports; ++port) {
    const auto index =
        static_cast<int>(indices.get(port * config_.index_bits(), config_.index_bits()));
    if (index >= codebook_.entries) continue;  // reads as 0
    for (int e = 0; e < dimension; ++e) {
      const std::int8_t element =
          codebook_.elements[static_cast<std::size_t>(index * dimension + e)];
      weights.set((port * dimension + e) * config_.weight_bits(), config_.weight_bits(),
                  static_cast<std::uint32_t>(element));
    }
  }
  return weights;
}

void VqDecode::drive_handshake() {
  valid_o.write(valid_q_.read());
  ready_o.write(is_ready());
  read_o.write(valid_i.read() && is_ready() && !is_dense());
}

void VqDecode::drive_weights() {
  weights_o.write(dense_q_.read() ? dense_data_q_.read() : decoded_q_.read());
}

void VqDecode::clock() {
  // The data registers have no reset: a beat may enter while the handshake is held in reset.
  if (clk.posedge() && valid_i.read() && is_ready()) {
    dense_q_.write(is_dense());
    dense_data_q_.write(dense_data_i.read());
    if (!is_dense()) decoded_q_.write(decode(indices_i.read()));
  }
  if (!rst_n.read()) {
    valid_q_.write(false);
  } else if (is_ready()) {
    valid_q_.write(valid_i.read());
  }
}

}  // namespace vqrom::sim
