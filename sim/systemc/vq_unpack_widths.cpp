// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_unpack_widths.h"

namespace vqrom::sim {

VqUnpackWidths::VqUnpackWidths(sc_core::sc_module_name name,
                               const UnpackWidthsParameters& parameters)
    : sc_module(name), parameters_(parameters) {
  SC_METHOD(drive_outputs);
  sensitive << buffer_q_ << fill_q_ << beat_q_ << select_q_ << base_q_ << ready_i;
  SC_METHOD(clock);
  sensitive << clk.pos() << rst_n.neg();
  dont_initialize();
}

int VqUnpackWidths::kept_fill() const {
  if (!takes_beat()) return fill_q_.read();
  return is_last() ? 0 : fill_q_.read() - beat_width();
}

Bits VqUnpackWidths::beat() const {
  Bits beat(parameters_.out_width());
  const int narrowest = parameters_.widths.back();
  const std::uint32_t base = base_q_.read().get(0, parameters_.base_width()) << narrowest;
  for (int port = 0; port < parameters_.ports; ++port) {
    const std::uint32_t index = buffer_q_.read().get(port * index_width(), index_width());
    beat.set(port * parameters_.index_width(), parameters_.index_width(), base | index);
  }
  return beat;
}

void VqUnpackWidths::drive_outputs() {
  valid_o.write(has_beat());
  data_o.write(beat());
  last_o.write(is_last());
  ready_o.write(kept_fill() < beat_width());
}

void VqUnpackWidths::clock() {
  const bool put = valid_i.read() && ready_o.read();
  // The base has no reset: a word may enter while the rest is held in it.
  if (clk.posedge() && put) base_q_.write(base_i.read());
  // One word fits on top of an incomplete beat.
  const int capacity = parameters_.in_width + parameters_.out_width();
  if (!rst_n.read()) {
    buffer_q_.write(Bits(capacity));
    fill_q_.write(0);
    beat_q_.write(0);
    select_q_.write(0);
    return;
  }
  const int kept = kept_fill();
  Bits buffer(capacity);
  if (kept > 0) {
    const int first = takes_beat() ? beat_width() : 0;
    buffer.put(0, buffer_q_.read().slice(first, kept));
  }
  if (put) buffer.put(kept, data_i.read());
  buffer_q_.write(buffer);
  fill_q_.write(kept + (put ? parameters_.in_width : 0));
  if (takes_beat()) beat_q_.write(is_last() ? 0 : beat_q_.read() + 1);
  if (put) select_q_.write(static_cast<int>(select_i.read().get(0, parameters_.select_width())));
}

}  // namespace vqrom::sim
