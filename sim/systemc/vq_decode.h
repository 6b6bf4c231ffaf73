// SPDX-License-Identifier: Apache-2.0
// vq_decode — SystemC model of a bundle's vq_decode.v: indices become weights by the codebook.
#pragma once

#include <systemc>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sim/systemc/bits.h"
#include "sw/codebook/codebook.h"

namespace vqrom::sim {

// P read ports with output registers, each a ROM of its own, or sharing banks, which read one
// codeword a cycle each until a beat has all; dense beats pass beside them.
class VqDecode : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> valid_i{"valid_i"};
  sc_core::sc_out<bool> ready_o{"ready_o"};
  sc_core::sc_in<Bits> indices_i{"indices_i"};
  sc_core::sc_in<bool> dense_i{"dense_i"};            // with array.dense_bypass only
  sc_core::sc_in<Bits> dense_data_i{"dense_data_i"};  // with array.dense_bypass only
  sc_core::sc_out<bool> valid_o{"valid_o"};
  sc_core::sc_in<bool> ready_i{"ready_i"};
  sc_core::sc_out<Bits> weights_o{"weights_o"};
  sc_core::sc_out<bool> read_o{"read_o"};
  sc_core::sc_out<bool> conflict_o{"conflict_o"};  // with banks only

  SC_HAS_PROCESS(VqDecode);
  // The config must be bound to the codebook.
  VqDecode(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
           codebook::Codebook codebook);

  [[nodiscard]] int index_width() const;   // of indices_i
  [[nodiscard]] int weight_width() const;  // of weights_o and dense_data_i
  [[nodiscard]] bool has_bypass() const { return config_.array.dense_bypass; }
  [[nodiscard]] bool has_banks() const { return config_.is_banked(); }

 private:
  void drive_handshake();
  void drive_weights();
  void clock();

  // A dense beat, if this decoder has a way for it.
  [[nodiscard]] bool is_dense() const { return has_bypass() && dense_i.read(); }
  [[nodiscard]] bool is_ready() const { return !valid_q_.read() || ready_i.read(); }
  [[nodiscard]] std::vector<int> indices() const;
  // The codewords of a beat of indices, sign-extended to weights; 0 for an index below 0.
  [[nodiscard]] Bits decode(const std::vector<int>& indices) const;
  // What the ports show after this cycle's reads of banks, as indices.
  std::vector<int> read_banks();
  // With banks: ports that this cycle's reads serve, of those that wait.
  [[nodiscard]] std::uint64_t served() const;
  // This cycle's reads give the beat all that it lacks.
  [[nodiscard]] bool is_last() const;
  [[nodiscard]] bool is_reading() const { return valid_i.read() && is_ready() && !is_dense(); }

  config::AcceleratorConfig config_;
  codebook::Codebook codebook_;
  // What stands in registers, as indices; below 0 before the first read.
  struct PortRegisters {
    bool fresh = false;  // shows its bank's output, else what it holds
    std::size_t bank = 0;
    int held = -1;
  };
  std::vector<int> bank_outputs_;
  std::vector<PortRegisters> port_registers_;
  std::uint64_t all_ports_;
  sc_core::sc_signal<bool> valid_q_{"valid_q"};
  sc_core::sc_signal<std::uint64_t> done_q_{"done_q"};  // ports of the beat at work that are served
  sc_core::sc_signal<Bits> decoded_q_{"decoded_q"};     // holds while dense beats pass
  sc_core::sc_signal<Bits> dense_data_q_{"dense_data_q"};
  sc_core::sc_signal<bool> dense_q_{"dense_q"};
};

}  // namespace vqrom::sim
