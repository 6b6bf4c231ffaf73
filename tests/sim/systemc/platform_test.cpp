// SPDX-License-Identifier: Apache-2.0
// platform_test — the accelerator among SystemC modules, with a clock of the kernel's own.
#include <systemc>

#include <gtest/gtest.h>

#include "sim/core/accelerator_host.h"
#include "sim/systemc/vq_accelerator.h"
#include "tests/sim/random_bundle.h"

// SystemC's library asks for it.
int sc_main(int, char**) {
  return 0;
}

namespace vqrom::sim {
namespace {

// What stands around the accelerator: a processor that reads registers, and no memory.
class Platform : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Platform);
  Platform(sc_core::sc_module_name name, const RandomBundle& made)
      : sc_module(name),
        accelerator("accelerator", made.bundle().config, made.codebook(),
                    made.bundle().codebook_sha256) {
    accelerator.clk(clk);
    accelerator.rst_n(rst_n);
    bind_registers();
    bind_memory();
    SC_THREAD(work);
    sensitive << clk.posedge_event();
  }

  std::uint32_t id = 0;
  std::uint32_t rows = 0;
  std::uint32_t status_before = 0;
  std::uint32_t status_after = 0;
  bool interrupt = false;

 private:
  void bind_registers() {
    accelerator.irq_o.port(irq);
    accelerator.events_o.port(events);
    accelerator.runs_o.port(runs);
    accelerator.csr_awvalid_i(awvalid);
    accelerator.csr_awready_o.port(awready);
    accelerator.csr_awaddr_i(awaddr);
    accelerator.csr_wvalid_i(wvalid);
    accelerator.csr_wready_o.port(wready);
    accelerator.csr_wdata_i(wdata);
    accelerator.csr_wstrb_i(wstrb);
    accelerator.csr_bvalid_o.port(bvalid);
    accelerator.csr_bready_i(bready);
    accelerator.csr_bresp_o.port(bresp);
    accelerator.csr_arvalid_i(arvalid);
    accelerator.csr_arready_o.port(arready);
    accelerator.csr_araddr_i(araddr);
    accelerator.csr_rvalid_o.port(rvalid);
    accelerator.csr_rready_i(rready);
    accelerator.csr_rdata_o.port(rdata);
    accelerator.csr_rresp_o.port(rresp);
  }
  void bind_memory() {
    for (auto* port :
         {&accelerator.mem_arready_i, &accelerator.mem_rvalid_i, &accelerator.mem_rlast_i,
          &accelerator.mem_rid_i, &accelerator.mem_awready_i, &accelerator.mem_wready_i,
          &accelerator.mem_bvalid_i, &accelerator.mem_bid_i}) {
      (*port)(low);
    }
    accelerator.mem_rdata_i(mem_rdata);
    accelerator.mem_rresp_i(zero);
    accelerator.mem_bresp_i(zero);
    std::size_t next = 0;
    for (auto* port :
         {&accelerator.mem_arvalid_o, &accelerator.mem_arid_o, &accelerator.mem_rready_o,
          &accelerator.mem_awvalid_o, &accelerator.mem_awid_o, &accelerator.mem_wvalid_o,
          &accelerator.mem_wlast_o, &accelerator.mem_bready_o}) {
      port->port(mem_flags[next++]);
    }
    next = 0;
    for (auto* port :
         {&accelerator.mem_arlen_o, &accelerator.mem_arsize_o, &accelerator.mem_arburst_o,
          &accelerator.mem_awlen_o, &accelerator.mem_awsize_o, &accelerator.mem_awburst_o,
          &accelerator.mem_wstrb_o}) {
      port->port(mem_words[next++]);
    }
    accelerator.mem_araddr_o.port(mem_addresses[0]);
    accelerator.mem_awaddr_o.port(mem_addresses[1]);
    accelerator.mem_wdata_o.port(mem_wdata);
  }

  std::uint32_t read(std::uint32_t offset) {
    arvalid.write(true);
    araddr.write(offset);
    do wait();
    while (!arready.read());
    arvalid.write(false);
    while (!rvalid.read()) wait();
    const std::uint32_t value = rdata.read();
    wait();
    return value;
  }
  void write(std::uint32_t offset, std::uint32_t value) {
    awvalid.write(true);
    wvalid.write(true);
    awaddr.write(offset);
    wdata.write(value);
    do wait();
    while (!awready.read() || !wready.read());
    awvalid.write(false);
    wvalid.write(false);
    while (!bvalid.read()) wait();
    wait();
  }
  void work() {
    wstrb.write(0xf);
    bready.write(true);
    rready.write(true);
    for (int cycle = 0; cycle < 3; ++cycle) wait();
    rst_n.write(true);
    wait();
    id = read(registers::kId);
    rows = read(registers::kConfiguration);
    status_before = read(registers::kStatus);
    write(registers::kIrqEnable, 1);
    write(registers::kControl, registers::kStart);  // of no instructions
    for (int cycle = 0; cycle < 3; ++cycle) wait();
    interrupt = irq.read();
    status_after = read(registers::kStatus);
    sc_core::sc_stop();
  }

 public:
  VqAccelerator accelerator;

 private:
  sc_core::sc_clock clk{"clk", 10, sc_core::SC_NS};
  sc_core::sc_signal<bool> rst_n, irq, awvalid, awready, wvalid, wready, bvalid, bready, arvalid,
      arready, rvalid, rready, low;
  sc_core::sc_signal<std::uint32_t> events, runs, awaddr, wdata, wstrb, bresp, araddr, rdata, rresp,
      zero;
  sc_core::sc_signal<BusWord> mem_rdata, mem_wdata;
  sc_core::sc_signal<bool> mem_flags[8];
  sc_core::sc_signal<std::uint32_t> mem_words[7];
  sc_core::sc_signal<std::uint64_t> mem_addresses[2];
};

TEST(SystemCPlatform, AnswersAProcessorOverAxi4Lite) {
  const RandomBundle made("platform", config::find_config("tiny"), 16, 4, 8);
  Platform platform("platform", made);
  sc_core::sc_start(1, sc_core::SC_MS);
  EXPECT_EQ(platform.id, registers::kIdValue);
  EXPECT_EQ(platform.rows, 4U);
  EXPECT_EQ(platform.status_before, 0U);
  EXPECT_EQ(platform.status_after, registers::kIllegalInstruction);
  EXPECT_TRUE(platform.interrupt);
}

}  // namespace
}  // namespace vqrom::sim
