// SPDX-License-Identifier: Apache-2.0
// vq_mac_column — SystemC model of hw/rtl/compute/vq_mac_column.v: a dot product every cycle.
#pragma once

#include <systemc>

#include "sim/systemc/bits.h"

namespace vqrom::sim {

struct MacColumnParameters {
  int rows = 16;
  int act_width = 8;
  int weight_width = 8;
  int sum_width = 20;
  bool product_register = false;
};

class VqMacColumn : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<Bits> act_i{"act_i"};
  sc_core::sc_in<Bits> weights_i{"weights_i"};
  sc_core::sc_out<Bits> sum_o{"sum_o"};

  SC_HAS_PROCESS(VqMacColumn);
  VqMacColumn(sc_core::sc_module_name name, const MacColumnParameters& parameters);

 private:
  void clock();
  // The exact sum of the products of what the inputs hold.
  [[nodiscard]] Bits dot_product() const;

  MacColumnParameters parameters_;
  // With a product register: the sum of the products in it, which no port shows apart.
  Bits products_q_;
};

}  // namespace vqrom::sim
