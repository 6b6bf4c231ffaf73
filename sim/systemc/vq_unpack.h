// SPDX-License-Identifier: Apache-2.0
// vq_unpack — SystemC model of hw/rtl/decode/vq_unpack.v: bus words to beats of another width.
#pragma once

#include <systemc>

#include "sim/systemc/bits.h"

namespace vqrom::sim {

struct UnpackParameters {
  int in_width = 64;   // IN_W
  int out_width = 16;  // OUT_W
  int beats = 16;      // BEATS of a tile
};

class VqUnpack : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> valid_i{"valid_i"};
  sc_core::sc_out<bool> ready_o{"ready_o"};
  sc_core::sc_in<Bits> data_i{"data_i"};
  sc_core::sc_out<bool> valid_o{"valid_o"};
  sc_core::sc_in<bool> ready_i{"ready_i"};
  sc_core::sc_out<Bits> data_o{"data_o"};
  sc_core::sc_out<bool> last_o{"last_o"};

  SC_HAS_PROCESS(VqUnpack);
  VqUnpack(sc_core::sc_module_name name, const UnpackParameters& parameters);

 private:
  void drive_outputs();
  void clock();

  [[nodiscard]] bool has_beat() const { return fill_q_.read() >= parameters_.out_width; }
  [[nodiscard]] bool is_last() const { return beat_q_.read() == parameters_.beats - 1; }
  [[nodiscard]] bool takes_beat() const { return has_beat() && ready_i.read(); }
  // Bits that stay when this cycle's beat has gone: none, after a tile's last one.
  [[nodiscard]] int kept_fill() const;

  UnpackParameters parameters_;
  sc_core::sc_signal<Bits> buffer_q_{"buffer_q"};  // zero above the fill
  sc_core::sc_signal<int> fill_q_{"fill_q"};       // bits in the buffer
  sc_core::sc_signal<int> beat_q_{"beat_q"};
};

}  // namespace vqrom::sim
