// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_accelerator.h"

#include <algorithm>

namespace vqrom::sim {
VqAccelerator::VqAccelerator(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                             const codebook::Codebook& codebook, const std::string& codebook_sha256)
    : sc_module(name),
      u_act_buffer("u_act_buffer", to_size(config.array.rows)),
      u_wgt_buffer("u_wgt_buffer", to_size(config.bus_bytes())),
      u_param_buffer("u_param_buffer", compiler::kParameterBytes),
      u_window_buffer("u_window_buffer", to_size(config.array.rows)),
      u_out_buffer("u_out_buffer", to_size(config.array.rows)),
      u_csr("u_csr", config, codebook_sha256),
      u_counters("u_counters"),
      u_control("u_control", config),
      u_compute("u_compute", config, codebook,
                {{&u_act_buffer, &u_wgt_buffer, &u_param_buffer, &u_window_buffer}, &u_out_buffer}),
      u_dma(
          "u_dma", config,
          {{&u_act_buffer, &u_wgt_buffer, &u_param_buffer, &u_window_buffer,
            config.loads_codebook() ? &u_compute.u_core.codebook_ram : nullptr, &u_compute.u_table},
           &u_out_buffer}),
      banked_(config.is_banked()) {
  // One process, as events_o has one driver.
  SC_METHOD(react);
  sensitive << clk.pos() << rst_n.neg() << mem_arready_i << mem_awready_i << mem_wready_i
            << mem_rvalid_i << mem_rid_i;
}

void VqAccelerator::reset() {
  u_csr.reset();
  u_control.reset();
  u_compute.reset();
  u_dma.reset();
  if (clk.posedge()) u_dma.edge_in_reset();
  u_counters.clear();
  steady_ = 0;
  look();
  put_outputs();
}

void VqAccelerator::start_of_simulation() {
  put_constants();
  put_outputs();
}

void VqAccelerator::put_constants() {
  csr_bresp_o.put(0);
  csr_rresp_o.put(0);
  put_memory_constants(u_dma);
}

// Of the inputs, those that decide what happens within a cycle.
timing::MemoryInputs VqAccelerator::handshakes() const {
  timing::MemoryInputs now;
  now.ar_ready = mem_arready_i.read();
  now.aw_ready = mem_awready_i.read();
  now.w_ready = mem_wready_i.read();
  now.r_valid = mem_rvalid_i.read();
  now.r_is_load = now.r_valid && mem_rid_i.read();
  return now;
}

// Those, which look() saw, and what only the edge looks at.
timing::MemoryInputs VqAccelerator::memory() const {
  timing::MemoryInputs now = handshakes_;
  if (now.r_valid) {
    now.r_last = mem_rlast_i.read();
    now.r_error = mem_rresp_i.read() != 0;
  }
  now.b_valid = mem_bvalid_i.read();
  now.b_error = now.b_valid && mem_bresp_i.read() != 0;
  return now;
}

std::uint32_t VqAccelerator::events() const {
  if (!u_csr.cycle().busy() || u_csr.cycle().start()) return 0;
  return u_control.view().events | u_dma.view().events() | u_compute.view().events |
         event_bit(Event::kCycles);
}

void VqAccelerator::look() {
  handshakes_ = handshakes();
  u_control.look(u_csr.cycle().stop());
  u_dma.look(handshakes_, u_control.view().ar_valid);
  u_compute.look(u_control.view().run_valid, u_control.cycle().shape(), u_control.cycle().run());
  events_ = events();
  events_o.put(events_);
}

void VqAccelerator::put_outputs() {
  const timing::Csr& csr = u_csr.cycle();
  irq_o.put(csr.irq());
  runs_o.put(u_control.cycle().counts().runs);
  csr_awready_o.put(csr.awready());
  csr_wready_o.put(csr.wready());
  csr_bvalid_o.put(csr.bvalid());
  csr_arready_o.put(csr.arready());
  csr_rvalid_o.put(csr.rvalid());
  csr_rdata_o.put(csr.rdata());
  put_memory_requests(u_dma);
}

timing::Csr::Inputs VqAccelerator::registers() const {
  if (u_csr.cycle().idle() && !registers_asked()) return {};
  return {csr_awvalid_i.read(), csr_awaddr_i.read(), csr_wvalid_i.read(),
          csr_wdata_i.read(),   csr_wstrb_i.read(),  csr_bready_i.read(),
          csr_arvalid_i.read(), csr_araddr_i.read(), csr_rready_i.read()};
}

void VqAccelerator::edge() {
  const timing::Control::View& control = u_control.view();
  const timing::Dma::View& dma = u_dma.view();
  const timing::Compute::View& compute = u_compute.view();
  const timing::Csr& csr = u_csr.cycle();
  const timing::TicketPulses pulses{
      u_dma.cycle().reads().load_done(), u_compute.cycle().run_read(), u_compute.cycle().run_done(),
      u_dma.cycle().stores().store_read(), u_dma.cycle().stores().store_done()};
  const timing::Csr::Program program{control.done, u_dma.cycle().error(), control.illegal,
                                     pulses.any()};
  const timing::Control::Inputs to_control{csr.start(),       csr.count(),    dma.fetch_ready,
                                           dma.fetch_word,    dma.load_ready, dma.store_ready,
                                           compute.run_ready, pulses};
  const timing::TicketCounts tickets = u_control.cycle().counts();
  const bool start = csr.start();

  const auto run = [&] {
    return RunWords{u_control.run_word(), u_control.shape_word(), u_control.factors_word()};
  };
  if (banked_ && u_compute.takes_tiles()) u_compute.read_banks(run());
  if (control.run_valid && compute.run_ready) u_compute.carry_out(run());
  u_compute.edge(control.run_valid, u_control.cycle().shape(), u_control.cycle().run());
  u_dma.edge(
      memory(), mem_rdata_i.read(),
      {control.ar_valid, u_control.cycle().ar_addr(), control.load_valid, &u_control.cycle().load(),
       control.store_valid, &u_control.cycle().store(), csr.base()},
      u_control.load_word(), u_control.store_word());
  u_control.edge(to_control, mem_rdata_i.read());
  u_csr.edge(registers(), program, tickets, u_counters);
  if (start) u_counters.clear();
  u_counters.count(events_);
}

std::int64_t VqAccelerator::steady_cycles() const {
  const timing::Csr& csr = u_csr.cycle();
  const timing::Control::View& control = u_control.view();
  const timing::Dma::View& dma = u_dma.view();
  const bool word_last = dma.w_valid && u_dma.cycle().stores().word_last();  // the next one is not
  if (csr.start() || csr.stop() || csr.irq() || !csr.idle() || !rests() || word_last ||
      !u_control.cycle().holds(control, dma.fetch_ready, dma.fetch_word)) {
    return 1;
  }
  const std::int64_t cycles =
      u_dma.steady_cycles(memory(), control.ar_valid, control.load_valid, control.store_valid);
  if (cycles <= 1) return 1;
  return std::max<std::int64_t>(1,
                                std::min({cycles, u_compute.steady_cycles(), csr.quiet_cycles()}));
}

bool VqAccelerator::registers_asked() const {
  return csr_awvalid_i.read() || csr_wvalid_i.read() || csr_arvalid_i.read();
}

// Nothing comes that look() does not see, but the edge does.
bool VqAccelerator::rests() const {
  const timing::MemoryInputs now = memory();
  return !registers_asked() && !now.b_valid && !now.r_last && !now.r_error;
}

void VqAccelerator::repeat() {
  u_compute.repeat();
  u_dma.repeat(mem_rdata_i.read());
  u_csr.repeat();
  u_counters.count(events_);
}

// The next vector may be padding, which is not read.
void VqAccelerator::put_padding() {
  if (!u_compute.view().goes || !u_csr.cycle().busy()) return;
  const std::uint32_t reads = event_bit(Event::kActReads);
  events_ = u_compute.cycle().at_padding() ? events_ & ~reads : events_ | reads;
  events_o.put(events_);
}

void VqAccelerator::react() {
  if (!rst_n.read()) {
    reset();
    return;
  }
  if (!clk.posedge()) {
    if (handshakes() == handshakes_) return;
    steady_ = 0;
    look();
    return;
  }
  if (steady_ > 0 && rests()) {
    --steady_;
    repeat();
    mem_wdata_o.put(u_dma.wdata());
    if (steady_ > 0) {
      put_padding();
      return;
    }
  } else {
    if (steady_ > 0) look();  // an input ends it
    steady_ = steady_cycles() - 1;
    edge();
    if (steady_ > 0) {
      mem_wdata_o.put(u_dma.wdata());
      put_padding();
      return;
    }
  }
  look();
  put_outputs();
}

}  // namespace vqrom::sim
