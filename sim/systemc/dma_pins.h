// SPDX-License-Identifier: Apache-2.0
// dma_pins — vq_dma with the ports of the RTL, to stand beside it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <systemc>

#include "sim/systemc/bits.h"
#include "sim/systemc/bus_word.h"
#include "sim/systemc/held_output.h"
#include "sim/systemc/memory_port.h"
#include "sim/systemc/vq_dma.h"

namespace vqrom::sim {

class DmaPins : public sc_core::sc_module, public MemoryPort {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<std::uint64_t> base_i{"base_i"};
  sc_core::sc_in<bool> fetch_ar_valid_i{"fetch_ar_valid_i"};
  HeldOutput<bool> fetch_ar_ready_o{"fetch_ar_ready_o"};
  sc_core::sc_in<std::uint64_t> fetch_ar_addr_i{"fetch_ar_addr_i"};
  HeldOutput<bool> fetch_r_valid_o{"fetch_r_valid_o"};
  HeldOutput<BusWord> fetch_r_data_o{"fetch_r_data_o"};
  sc_core::sc_in<bool> load_valid_i{"load_valid_i"};
  HeldOutput<bool> load_ready_o{"load_ready_o"};
  sc_core::sc_in<Bits> load_data_i{"load_data_i"};
  sc_core::sc_in<bool> store_valid_i{"store_valid_i"};
  HeldOutput<bool> store_ready_o{"store_ready_o"};
  sc_core::sc_in<Bits> store_data_i{"store_data_i"};
  HeldOutput<bool> load_done_o{"load_done_o"};
  HeldOutput<bool> store_read_o{"store_read_o"};
  HeldOutput<bool> store_done_o{"store_done_o"};
  HeldOutput<bool> error_o{"error_o"};
  // A buffer's write port.
  struct WritePort {
    WritePort(const std::string& name, int data_bits)
        : en((name + "_wr_en_o").c_str()),
          addr((name + "_wr_addr_o").c_str()),
          data((name + "_wr_data_o").c_str()),
          width_bits(data_bits) {}
    HeldOutput<bool> en;
    HeldOutput<std::uint32_t> addr;
    HeldOutput<Bits> data;
    int width_bits;
  };
  std::array<std::unique_ptr<WritePort>, config::kTargets> writes;  // null: no such buffer
  HeldOutput<bool> out_rd_en_o{"out_rd_en_o"};
  HeldOutput<std::uint32_t> out_rd_addr_o{"out_rd_addr_o"};
  sc_core::sc_in<Bits> out_rd_data_i{"out_rd_data_i"};
  std::deque<HeldOutput<bool>> events;  // load_act_o …: as event_ports()

  struct EventPort {
    const char* name;
    Event event;
  };
  [[nodiscard]] static std::span<const EventPort> event_ports();

  SC_HAS_PROCESS(DmaPins);
  DmaPins(sc_core::sc_module_name name, const config::AcceleratorConfig& config);

 private:
  void react();
  void edge();
  void gather();
  void put_outputs();
  [[nodiscard]] timing::MemoryInputs memory() const;

  config::AcceleratorConfig config_;
  timing::InstructionReader reader_;
  VqRam1r1w out_buffer_;
  std::array<std::unique_ptr<VqRam1r1w>, config::kTargets> buffers_;
  VqDma dma_;
  bool vector_asked_ = false;
  // The buffer word that is gathered, and the one that is written in this cycle.
  std::array<std::uint8_t, 128> word_{};
  int wr_target_ = -1;
  std::uint32_t wr_addr_ = 0;
};

}  // namespace vqrom::sim
