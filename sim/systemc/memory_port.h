// SPDX-License-Identifier: Apache-2.0
// memory_port — the AXI4 master mem_* that modules have which move data.
#pragma once

#include <cstdint>
#include <systemc>

#include "sim/systemc/bus_word.h"
#include "sim/systemc/held_output.h"
#include "sim/systemc/vq_dma.h"

namespace vqrom::sim {

// A base of such modules, after sc_module: so its ports are theirs.
struct MemoryPort {
  HeldOutput<bool> mem_arvalid_o{"mem_arvalid_o"};
  sc_core::sc_in<bool> mem_arready_i{"mem_arready_i"};
  HeldOutput<std::uint64_t> mem_araddr_o{"mem_araddr_o"};
  HeldOutput<std::uint32_t> mem_arlen_o{"mem_arlen_o"};
  HeldOutput<std::uint32_t> mem_arsize_o{"mem_arsize_o"};
  HeldOutput<std::uint32_t> mem_arburst_o{"mem_arburst_o"};
  HeldOutput<bool> mem_arid_o{"mem_arid_o"};
  sc_core::sc_in<bool> mem_rvalid_i{"mem_rvalid_i"};
  HeldOutput<bool> mem_rready_o{"mem_rready_o"};
  sc_core::sc_in<BusWord> mem_rdata_i{"mem_rdata_i"};
  sc_core::sc_in<std::uint32_t> mem_rresp_i{"mem_rresp_i"};
  sc_core::sc_in<bool> mem_rlast_i{"mem_rlast_i"};
  sc_core::sc_in<bool> mem_rid_i{"mem_rid_i"};
  HeldOutput<bool> mem_awvalid_o{"mem_awvalid_o"};
  sc_core::sc_in<bool> mem_awready_i{"mem_awready_i"};
  HeldOutput<std::uint64_t> mem_awaddr_o{"mem_awaddr_o"};
  HeldOutput<std::uint32_t> mem_awlen_o{"mem_awlen_o"};
  HeldOutput<std::uint32_t> mem_awsize_o{"mem_awsize_o"};
  HeldOutput<std::uint32_t> mem_awburst_o{"mem_awburst_o"};
  HeldOutput<bool> mem_awid_o{"mem_awid_o"};
  HeldOutput<bool> mem_wvalid_o{"mem_wvalid_o"};
  sc_core::sc_in<bool> mem_wready_i{"mem_wready_i"};
  HeldOutput<BusWord> mem_wdata_o{"mem_wdata_o"};
  HeldOutput<std::uint32_t> mem_wstrb_o{"mem_wstrb_o"};
  HeldOutput<bool> mem_wlast_o{"mem_wlast_o"};
  sc_core::sc_in<bool> mem_bvalid_i{"mem_bvalid_i"};
  HeldOutput<bool> mem_bready_o{"mem_bready_o"};
  sc_core::sc_in<std::uint32_t> mem_bresp_i{"mem_bresp_i"};
  sc_core::sc_in<bool> mem_bid_i{"mem_bid_i"};

 protected:
  // What never changes, and what the DMA asks for and writes.
  void put_memory_constants(const VqDma& dma);
  void put_memory_requests(const VqDma& dma);
};

}  // namespace vqrom::sim
