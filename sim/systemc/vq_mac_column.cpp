// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_mac_column.h"

namespace vqrom::sim {

VqMacColumn::VqMacColumn(sc_core::sc_module_name name, const MacColumnParameters& parameters)
    : sc_module(name), parameters_(parameters), products_q_(parameters.sum_width) {
  SC_METHOD(clock);
  sensitive << clk.pos();
  dont_initialize();
}

Bits VqMacColumn::dot_product() const {
  std::int64_t sum = 0;
  for (int row = 0; row < parameters_.rows; ++row) {
    const std::int64_t act =
        act_i.read().get_signed(row * parameters_.act_width, parameters_.act_width);
    const std::int64_t weight =
        weights_i.read().get_signed(row * parameters_.weight_width, parameters_.weight_width);
    sum += act * weight;
  }
  Bits result(parameters_.sum_width);
  result.set(0, parameters_.sum_width, static_cast<std::uint32_t>(sum));
  return result;
}

void VqMacColumn::clock() {
  sum_o.write(parameters_.product_register ? products_q_ : dot_product());
  if (parameters_.product_register) products_q_ = dot_product();
}

}  // namespace vqrom::sim
