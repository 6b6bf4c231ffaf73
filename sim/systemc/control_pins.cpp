// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/control_pins.h"

#include <algorithm>

namespace vqrom::sim {
namespace {

Bits bits_of(const config::InstructionWord& word) {
  Bits bits(config::kInstructionBits);
  std::ranges::copy(word, bits.bytes().begin());
  return bits;
}

}  // namespace

ControlPins::ControlPins(sc_core::sc_module_name name, const config::AcceleratorConfig& config)
    : sc_module(name),
      address_mask_((std::uint64_t{1} << config.bus.address_bits) - 1),
      control_("u_control", config) {
  SC_METHOD(react);
  sensitive << clk.pos() << rst_n.neg() << stop_i << load_done_i << run_read_i << run_done_i
            << store_read_i << store_done_i;
}

timing::TicketPulses ControlPins::pulses() const {
  return {load_done_i.read(), run_read_i.read(), run_done_i.read(), store_read_i.read(),
          store_done_i.read()};
}

void ControlPins::put_events() {
  const timing::Control::View& view = control_.view();
  const auto has = [&](Event event) { return (view.events & event_bit(event)) != 0; };
  load_wait_o.put(has(Event::kLoadWait));
  run_wait_loads_o.put(has(Event::kRunWaitLoads));
  run_wait_stores_o.put(has(Event::kRunWaitStores));
  store_wait_o.put(has(Event::kStoreWait));
}

void ControlPins::put_outputs() {
  const timing::Control::View& view = control_.view();
  done_o.put(view.done);
  illegal_o.put(view.illegal);
  fetch_ar_valid_o.put(view.ar_valid);
  fetch_ar_addr_o.put(control_.cycle().ar_addr() & address_mask_);
  load_valid_o.put(view.load_valid);
  load_data_o.put(bits_of(control_.load_word()));
  store_valid_o.put(view.store_valid);
  store_data_o.put(bits_of(control_.store_word()));
  run_valid_o.put(view.run_valid);
  run_data_o.put(bits_of(control_.run_word()));
  shape_data_o.put(bits_of(control_.shape_word()));
  factors_data_o.put(bits_of(control_.factors_word()));
  const timing::TicketCounts& counts = control_.cycle().counts();
  loads_o.put(counts.loads);
  reads_o.put(counts.reads);
  runs_o.put(counts.runs);
  store_reads_o.put(counts.store_reads);
  stores_o.put(counts.stores);
  progress_o.put(pulses().any());
  put_events();
}

void ControlPins::react() {
  if (!rst_n.read()) {
    control_.reset();
  } else if (clk.posedge()) {
    control_.edge({start_i.read(), count_i.read(), fetch_ar_ready_i.read(), fetch_r_valid_i.read(),
                   load_ready_i.read(), store_ready_i.read(), run_ready_i.read(), pulses()},
                  fetch_r_data_i.read());
  }
  control_.look(stop_i.read());
  put_outputs();
}

}  // namespace vqrom::sim
