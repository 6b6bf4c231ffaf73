// SPDX-License-Identifier: Apache-2.0
// control_pins — vq_control with the ports of the RTL, to stand beside it.
#pragma once

#include <cstdint>
#include <systemc>

#include "sim/systemc/bits.h"
#include "sim/systemc/bus_word.h"
#include "sim/systemc/held_output.h"
#include "sim/systemc/vq_control.h"

namespace vqrom::sim {

class ControlPins : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start_i{"start_i"};
  sc_core::sc_in<std::uint32_t> count_i{"count_i"};
  sc_core::sc_in<bool> stop_i{"stop_i"};
  HeldOutput<bool> done_o{"done_o"};
  HeldOutput<bool> illegal_o{"illegal_o"};
  HeldOutput<bool> fetch_ar_valid_o{"fetch_ar_valid_o"};
  sc_core::sc_in<bool> fetch_ar_ready_i{"fetch_ar_ready_i"};
  HeldOutput<std::uint64_t> fetch_ar_addr_o{"fetch_ar_addr_o"};
  sc_core::sc_in<bool> fetch_r_valid_i{"fetch_r_valid_i"};
  sc_core::sc_in<BusWord> fetch_r_data_i{"fetch_r_data_i"};
  HeldOutput<bool> load_valid_o{"load_valid_o"};
  sc_core::sc_in<bool> load_ready_i{"load_ready_i"};
  HeldOutput<Bits> load_data_o{"load_data_o"};
  HeldOutput<bool> store_valid_o{"store_valid_o"};
  sc_core::sc_in<bool> store_ready_i{"store_ready_i"};
  HeldOutput<Bits> store_data_o{"store_data_o"};
  HeldOutput<bool> run_valid_o{"run_valid_o"};
  sc_core::sc_in<bool> run_ready_i{"run_ready_i"};
  HeldOutput<Bits> run_data_o{"run_data_o"};
  HeldOutput<Bits> shape_data_o{"shape_data_o"};
  HeldOutput<Bits> factors_data_o{"factors_data_o"};
  sc_core::sc_in<bool> load_done_i{"load_done_i"};
  sc_core::sc_in<bool> run_read_i{"run_read_i"};
  sc_core::sc_in<bool> run_done_i{"run_done_i"};
  sc_core::sc_in<bool> store_read_i{"store_read_i"};
  sc_core::sc_in<bool> store_done_i{"store_done_i"};
  HeldOutput<std::uint32_t> loads_o{"loads_o"};
  HeldOutput<std::uint32_t> reads_o{"reads_o"};
  HeldOutput<std::uint32_t> runs_o{"runs_o"};
  HeldOutput<std::uint32_t> store_reads_o{"store_reads_o"};
  HeldOutput<std::uint32_t> stores_o{"stores_o"};
  HeldOutput<bool> progress_o{"progress_o"};
  HeldOutput<bool> load_wait_o{"load_wait_o"};
  HeldOutput<bool> run_wait_loads_o{"run_wait_loads_o"};
  HeldOutput<bool> run_wait_stores_o{"run_wait_stores_o"};
  HeldOutput<bool> store_wait_o{"store_wait_o"};

  SC_HAS_PROCESS(ControlPins);
  ControlPins(sc_core::sc_module_name name, const config::AcceleratorConfig& config);

 private:
  void react();
  void put_outputs();
  void put_events();
  [[nodiscard]] timing::TicketPulses pulses() const;

  std::uint64_t address_mask_;
  VqControl control_;
};

}  // namespace vqrom::sim
