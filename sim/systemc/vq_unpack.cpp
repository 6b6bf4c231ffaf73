// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_unpack.h"

namespace vqrom::sim {

VqUnpack::VqUnpack(sc_core::sc_module_name name, const UnpackParameters& parameters)
    : sc_module(name), parameters_(parameters) {
  SC_METHOD(drive_outputs);
  sensitive << buffer_q_ << fill_q_ << beat_q_ << ready_i;
  SC_METHOD(clock);
  sensitive << clk.pos() << rst_n.neg();
  dont_initialize();
}

int VqUnpack::kept_fill() const {
  if (!takes_beat()) return fill_q_.read();
  return is_last() ? 0 : fill_q_.read() - parameters_.out_width;
}

void VqUnpack::drive_outputs() {
  valid_o.write(has_beat());
  data_o.write(buffer_q_.read().slice(0, parameters_.out_width));
  last_o.write(is_last());
  ready_o.write(kept_fill() < parameters_.out_width);
}

void VqUnpack::clock() {
  // One word fits on top of an incomplete beat.
  const int capacity = parameters_.in_width + parameters_.out_width;
  if (!rst_n.read()) {
    buffer_q_.write(Bits(capacity));
    fill_q_.write(0);
    beat_q_.write(0);
    return;
  }
  const int kept = kept_fill();
  Bits buffer(capacity);
  if (kept > 0) {
    const int first = takes_beat() ? parameters_.out_width : 0;
    buffer.put(0, buffer_q_.read().slice(first, kept));
  }
  const bool put = valid_i.read() && ready_o.read();
  if (put) buffer.put(kept, data_i.read());
  buffer_q_.write(buffer);
  fill_q_.write(kept + (put ? parameters_.in_width : 0));
  if (takes_beat()) beat_q_.write(is_last() ? 0 : beat_q_.read() + 1);
}

}  // namespace vqrom::sim
