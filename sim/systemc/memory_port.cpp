// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/memory_port.h"

namespace vqrom::sim {

constexpr std::uint32_t kIncrement = 1;  // AXI4's type of burst

void MemoryPort::put_memory_constants(const VqDma& dma) {
  const int word_shift = dma.cycle().word_shift();
  mem_arsize_o.put(static_cast<std::uint32_t>(word_shift));
  mem_awsize_o.put(static_cast<std::uint32_t>(word_shift));
  mem_arburst_o.put(kIncrement);
  mem_awburst_o.put(kIncrement);
  mem_awid_o.put(false);
  mem_rready_o.put(true);
  mem_bready_o.put(true);
  mem_wstrb_o.put((1U << (1U << word_shift)) - 1);  // all bytes of a word
}

void MemoryPort::put_memory_requests(const VqDma& dma) {
  const timing::Dma& cycle = dma.cycle();
  const timing::Dma::View& view = dma.view();
  mem_arvalid_o.put(view.ar_valid);
  mem_araddr_o.put(cycle.reads().request().addr << cycle.word_shift());
  mem_arlen_o.put(cycle.reads().request().len);
  mem_arid_o.put(cycle.reads().request().is_load);
  mem_awvalid_o.put(view.aw_valid);
  mem_awaddr_o.put(cycle.stores().request().addr << cycle.word_shift());
  mem_awlen_o.put(cycle.stores().request().len);
  mem_wvalid_o.put(view.w_valid);
  mem_wlast_o.put(cycle.stores().word_last());
  mem_wdata_o.put(dma.wdata());
}

}  // namespace vqrom::sim
