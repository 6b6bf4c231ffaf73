// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/block_models.h"

namespace vqrom::sim {
namespace {

sc_core::sc_module_name unique(const char* name) {
  return sc_core::sc_gen_unique_name(name);
}

}  // namespace

UnpackModel::UnpackModel(const UnpackParameters& parameters)
    : block_(unique("vq_unpack"), parameters) {
  bind_clock(block_.clk);
  bind(block_.rst_n);
  bind(block_.valid_i);
  bind(block_.ready_o);
  bind(block_.data_i, parameters.in_width);
  bind(block_.valid_o);
  bind(block_.ready_i);
  bind(block_.data_o, parameters.out_width);
  bind(block_.last_o);
}

DecodeModel::DecodeModel(const config::AcceleratorConfig& config,
                         const codebook::Codebook& codebook)
    : block_(unique("vq_decode"), config, codebook) {
  bind_clock(block_.clk);
  bind(block_.rst_n);
  bind(block_.valid_i);
  bind(block_.ready_o);
  bind(block_.indices_i, block_.index_width());
  if (block_.has_bypass()) {
    bind(block_.dense_i);
    bind(block_.dense_data_i, block_.weight_width());
  } else {
    tie_off(block_.dense_i);
    tie_off(block_.dense_data_i);
  }
  bind(block_.valid_o);
  bind(block_.ready_i);
  bind(block_.weights_o, block_.weight_width());
  bind(block_.read_o);
}

MacColumnModel::MacColumnModel(const MacColumnParameters& parameters)
    : block_(unique("vq_mac_column"), parameters) {
  bind_clock(block_.clk);
  bind(block_.act_i, parameters.rows * parameters.act_width);
  bind(block_.weights_i, parameters.rows * parameters.weight_width);
  bind(block_.sum_o, parameters.sum_width);
}

}  // namespace vqrom::sim
