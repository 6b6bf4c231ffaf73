// SPDX-License-Identifier: Apache-2.0
// vq_unpack_widths — SystemC model of hw/rtl/decode/vq_unpack_widths.v: bus words to beats of
// indices whose width each tile chooses.
#pragma once

#include <algorithm>
#include <systemc>
#include <vector>

#include "sim/systemc/bits.h"
#include "sw/base/checked.h"

namespace vqrom::sim {

struct UnpackWidthsParameters {
  int in_width = 64;                    // IN_W
  int ports = 2;                        // PORTS: indices of a beat
  std::vector<int> widths = {8, 6, 4};  // WIDTH_SET, widest first
  int beats = 16;                       // BEATS of a tile

  [[nodiscard]] int index_width() const { return widths.front(); }                 // INDEX_W
  [[nodiscard]] int base_width() const { return widths.front() - widths.back(); }  // BASE_W
  [[nodiscard]] int select_width() const {                                         // SELECT_W
    return std::max(1, base::ceil_log2(widths.size()));
  }
  [[nodiscard]] int out_width() const { return ports * index_width(); }
};

class VqUnpackWidths : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> valid_i{"valid_i"};
  sc_core::sc_out<bool> ready_o{"ready_o"};
  sc_core::sc_in<Bits> data_i{"data_i"};
  sc_core::sc_in<Bits> select_i{"select_i"};
  sc_core::sc_in<Bits> base_i{"base_i"};
  sc_core::sc_out<bool> valid_o{"valid_o"};
  sc_core::sc_in<bool> ready_i{"ready_i"};
  sc_core::sc_out<Bits> data_o{"data_o"};
  sc_core::sc_out<bool> last_o{"last_o"};

  SC_HAS_PROCESS(VqUnpackWidths);
  VqUnpackWidths(sc_core::sc_module_name name, const UnpackWidthsParameters& parameters);

 private:
  void drive_outputs();
  void clock();

  // Of the tile's indices, and of its beats.
  [[nodiscard]] int index_width() const { return parameters_.widths[to_size(select_q_.read())]; }
  [[nodiscard]] int beat_width() const { return parameters_.ports * index_width(); }
  [[nodiscard]] bool has_beat() const { return fill_q_.read() >= beat_width(); }
  [[nodiscard]] bool is_last() const { return beat_q_.read() == parameters_.beats - 1; }
  [[nodiscard]] bool takes_beat() const { return has_beat() && ready_i.read(); }
  // Bits that stay when this cycle's beat has gone: none, after a tile's last one.
  [[nodiscard]] int kept_fill() const;
  // The lowest bits of the buffer as a beat of indices with the tile's base above.
  [[nodiscard]] Bits beat() const;

  UnpackWidthsParameters parameters_;
  sc_core::sc_signal<Bits> buffer_q_{"buffer_q"};  // zero above the fill
  sc_core::sc_signal<int> fill_q_{"fill_q"};       // bits in the buffer
  sc_core::sc_signal<int> beat_q_{"beat_q"};
  sc_core::sc_signal<int> select_q_{"select_q"};  // of the tile, as its base
  sc_core::sc_signal<Bits> base_q_{"base_q"};
};

}  // namespace vqrom::sim
