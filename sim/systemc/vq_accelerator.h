// SPDX-License-Identifier: Apache-2.0
// vq_accelerator — SystemC model of the whole accelerator: values and cycles, ports as the RTL's.
#pragma once

#include <cstdint>
#include <string>
#include <systemc>

#include "gen/config/accelerator_config.h"
#include "sim/systemc/bus_word.h"
#include "sim/systemc/held_output.h"
#include "sim/systemc/memory_port.h"
#include "sim/systemc/vq_compute.h"
#include "sim/systemc/vq_control.h"
#include "sim/systemc/vq_csr.h"
#include "sim/systemc/vq_dma.h"
#include "sim/systemc/vq_ram_1r1w.h"
#include "sw/codebook/codebook.h"

namespace vqrom::sim {

// AXI4-Lite slave csr_* and AXI4 master mem_*: docs/rtl/accelerator.md, docs/sim/systemc.md. Ports
// of 2 to 32 bits are uint32, addresses uint64, data BusWord. Outputs change after the rising edge;
// events_o alone also follows the inputs of the memory port within a cycle.
class VqAccelerator : public sc_core::sc_module, public MemoryPort {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  HeldOutput<bool> irq_o{"irq_o"};
  HeldOutput<std::uint32_t> events_o{"events_o"};
  HeldOutput<std::uint32_t> runs_o{"runs_o"};
  sc_core::sc_in<bool> csr_awvalid_i{"csr_awvalid_i"};
  HeldOutput<bool> csr_awready_o{"csr_awready_o"};
  sc_core::sc_in<std::uint32_t> csr_awaddr_i{"csr_awaddr_i"};
  sc_core::sc_in<bool> csr_wvalid_i{"csr_wvalid_i"};
  HeldOutput<bool> csr_wready_o{"csr_wready_o"};
  sc_core::sc_in<std::uint32_t> csr_wdata_i{"csr_wdata_i"};
  sc_core::sc_in<std::uint32_t> csr_wstrb_i{"csr_wstrb_i"};
  HeldOutput<bool> csr_bvalid_o{"csr_bvalid_o"};
  sc_core::sc_in<bool> csr_bready_i{"csr_bready_i"};
  HeldOutput<std::uint32_t> csr_bresp_o{"csr_bresp_o"};
  sc_core::sc_in<bool> csr_arvalid_i{"csr_arvalid_i"};
  HeldOutput<bool> csr_arready_o{"csr_arready_o"};
  sc_core::sc_in<std::uint32_t> csr_araddr_i{"csr_araddr_i"};
  HeldOutput<bool> csr_rvalid_o{"csr_rvalid_o"};
  sc_core::sc_in<bool> csr_rready_i{"csr_rready_i"};
  HeldOutput<std::uint32_t> csr_rdata_o{"csr_rdata_o"};
  HeldOutput<std::uint32_t> csr_rresp_o{"csr_rresp_o"};

  SC_HAS_PROCESS(VqAccelerator);
  // The config is bound to the codebook, whose values count unless it stands in SRAM.
  VqAccelerator(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                const codebook::Codebook& codebook, const std::string& codebook_sha256);

  VqRam1r1w u_act_buffer;
  VqRam1r1w u_wgt_buffer;
  VqRam1r1w u_param_buffer;
  VqRam1r1w u_window_buffer;
  VqRam1r1w u_out_buffer;
  VqCsr u_csr;
  VqCounters u_counters;
  VqControl u_control;
  VqCompute u_compute;
  VqDma u_dma;

 private:
  void start_of_simulation() override;
  void react();
  void reset();
  void put_constants();
  void put_outputs();
  // What happens in the cycle that has begun; events_o.
  void look();
  void edge();
  // Cycles, this one included, that all go like this one but for padding, if the inputs do.
  [[nodiscard]] std::int64_t steady_cycles() const;
  void repeat();
  void put_padding();
  [[nodiscard]] bool rests() const;
  [[nodiscard]] timing::MemoryInputs memory() const;
  [[nodiscard]] timing::MemoryInputs handshakes() const;
  [[nodiscard]] bool registers_asked() const;
  [[nodiscard]] timing::Csr::Inputs registers() const;
  [[nodiscard]] std::uint32_t events() const;

  const bool banked_;
  timing::MemoryInputs handshakes_;  // that look() saw
  std::uint32_t events_ = 0;
  std::int64_t steady_ = 0;  // cycles to come that go like the one before
};

}  // namespace vqrom::sim
