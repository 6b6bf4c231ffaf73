// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/block_models.h"

namespace vqrom::sim {
namespace {

constexpr int kBufferAddressBits = 16;
constexpr int kTicketBits = 20;
constexpr int kMultiplierBits = 31;
constexpr int kShiftBits = 6;

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

UnpackWidthsModel::UnpackWidthsModel(const UnpackWidthsParameters& parameters)
    : block_(unique("vq_unpack_widths"), parameters) {
  bind_clock(block_.clk);
  bind(block_.rst_n);
  bind(block_.valid_i);
  bind(block_.ready_o);
  bind(block_.data_i, parameters.in_width);
  bind(block_.select_i, parameters.select_width());
  bind(block_.base_i, parameters.base_width());
  bind(block_.valid_o);
  bind(block_.ready_i);
  bind(block_.data_o, parameters.out_width());
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
  if (block_.has_banks()) {
    bind(block_.conflict_o);
  } else {
    tie_off(block_.conflict_o);
  }
}

ComputeModel::ComputeModel(const config::AcceleratorConfig& config,
                           const codebook::Codebook& codebook)
    : block_(unique("vq_compute"), config, codebook) {
  const int vector_bits = config.array.rows * kByteBits;
  bind_clock(block_.clk);
  bind(block_.rst_n);
  bind(block_.run_valid_i);
  bind(block_.run_ready_o.port);
  bind(block_.run_data_i, config::kInstructionBits);
  bind(block_.shape_data_i, config::kInstructionBits);
  bind(block_.factors_data_i, config::kInstructionBits);
  const auto bind_read = [&](ComputePins::ReadPort& port, int width_bits) {
    bind(port.en.port);
    bind(port.addr.port, kBufferAddressBits);
    bind(port.data, width_bits);
  };
  bind_read(block_.act, vector_bits);
  bind_read(block_.wgt, config.bus.data_bits);
  bind_read(block_.param, static_cast<int>(compiler::kParameterBytes) * kByteBits);
  bind_read(block_.window, vector_bits);
  bind(block_.table_wr_en_i);
  bind(block_.table_wr_addr_i, kBufferAddressBits);
  bind(block_.table_wr_data_i, config.bus.data_bits);
  if (block_.codebook_port) {
    bind(block_.codebook_port->en);
    bind(block_.codebook_port->addr, config.index_bits());
    bind(block_.codebook_port->data, config.codeword_bits());
  }
  bind(block_.out_wr_en_o.port, config.vector_beats());
  bind(block_.out_wr_addr_o.port, kBufferAddressBits);
  bind(block_.out_wr_data_o.port, vector_bits);
  bind(block_.run_read_o.port);
  bind(block_.run_done_o.port);
  for (HeldOutput<bool>& event : block_.events) bind(event.port);
}

CountersModel::CountersModel() : block_(unique("vq_counters")) {
  bind_clock(block_.clk);
  bind(block_.rst_n);
  bind(block_.clear_i);
  bind(block_.event_i, kEvents);
  bind(block_.event_o.port, kEvents);
  bind(block_.rd_en_i);
  bind(block_.rd_index_i, base::ceil_log2(kEvents));
  bind(block_.rd_data_o.port, 64);
}

ControlModel::ControlModel(const config::AcceleratorConfig& config)
    : block_(unique("vq_control"), config) {
  ControlPins& b = block_;
  bind_clock(b.clk);
  bind(b.count_i, 32);
  bind(b.fetch_ar_addr_o.port, config.bus.address_bits);
  bind(b.fetch_r_data_i, config.bus.data_bits);
  for (auto* input : {&b.rst_n, &b.start_i, &b.stop_i, &b.fetch_ar_ready_i, &b.fetch_r_valid_i,
                      &b.load_ready_i, &b.store_ready_i, &b.run_ready_i, &b.load_done_i,
                      &b.run_read_i, &b.run_done_i, &b.store_read_i, &b.store_done_i}) {
    bind(*input);
  }
  for (auto* output : {&b.done_o, &b.illegal_o, &b.fetch_ar_valid_o, &b.load_valid_o,
                       &b.store_valid_o, &b.run_valid_o, &b.progress_o, &b.load_wait_o,
                       &b.run_wait_loads_o, &b.run_wait_stores_o, &b.store_wait_o}) {
    bind(output->port);
  }
  for (auto* data :
       {&b.load_data_o, &b.store_data_o, &b.run_data_o, &b.shape_data_o, &b.factors_data_o}) {
    bind(data->port, config::kInstructionBits);
  }
  for (auto* count : {&b.loads_o, &b.reads_o, &b.runs_o, &b.store_reads_o, &b.stores_o}) {
    bind(count->port, kTicketBits);
  }
}

DmaModel::DmaModel(const config::AcceleratorConfig& config) : block_(unique("vq_dma"), config) {
  const int address_bits = config.bus.address_bits;
  const int bus_bits = config.bus.data_bits;
  bind_clock(block_.clk);
  bind(block_.rst_n);
  bind(block_.base_i, address_bits);
  bind(block_.fetch_ar_valid_i);
  bind(block_.fetch_ar_ready_o.port);
  bind(block_.fetch_ar_addr_i, address_bits);
  bind(block_.fetch_r_valid_o.port);
  bind(block_.fetch_r_data_o.port, bus_bits);
  for (auto* valid : {&block_.load_valid_i, &block_.store_valid_i}) bind(*valid);
  for (auto* ready : {&block_.load_ready_o, &block_.store_ready_o}) bind(ready->port);
  for (auto* data : {&block_.load_data_i, &block_.store_data_i}) {
    bind(*data, config::kInstructionBits);
  }
  for (auto* pulse :
       {&block_.load_done_o, &block_.store_read_o, &block_.store_done_o, &block_.error_o}) {
    bind(pulse->port);
  }
  for (const auto& write : block_.writes) {
    if (write == nullptr) continue;
    const bool codebook =
        &write == &block_.writes[static_cast<std::size_t>(config::Target::kCodebook)];
    bind(write->en.port);
    bind(write->addr.port, codebook ? config.index_bits() : kBufferAddressBits);
    bind(write->data.port, write->width_bits);
  }
  bind(block_.out_rd_en_o.port);
  bind(block_.out_rd_addr_o.port, kBufferAddressBits);
  bind(block_.out_rd_data_i, config.array.rows * kByteBits);
  bind_memory(block_, bus_bits, address_bits);
  for (HeldOutput<bool>& event : block_.events) bind(event.port);
}

VectorModel::VectorModel(const config::AcceleratorConfig& config)
    : block_(unique("vq_vector"), config) {
  VectorPins& b = block_;
  bind_clock(b.clk);
  for (auto* input : {&b.rst_n, &b.config_valid_i, &b.config_add_i, &b.vector_valid_i,
                      &b.vector_unit_i, &b.vector_first_i, &b.vector_last_i, &b.vector_group_last_i,
                      &b.vector_run_last_i, &b.param_valid_i, &b.sum_ready_i, &b.add_ready_i}) {
    bind(*input);
  }
  for (auto* output : {&b.config_ready_o, &b.vector_ready_o, &b.param_ready_o, &b.sum_valid_o,
                       &b.add_valid_o, &b.read_o}) {
    bind(output->port);
  }
  for (auto* code : {&b.config_zero_point_i, &b.config_low_i, &b.config_high_i,
                     &b.config_zero_point_a_i, &b.config_zero_point_b_i}) {
    bind(*code, kByteBits);
  }
  for (auto* multiplier :
       {&b.config_multiplier_a_i, &b.config_multiplier_b_i, &b.param_multiplier_i}) {
    bind(*multiplier, kMultiplierBits);
  }
  for (auto* shift : {&b.config_shift_i, &b.param_shift_i}) bind(*shift, kShiftBits);
  bind(b.vector_operation_i, 2);
  bind(b.param_bias_i, 32);
  for (auto* data : {&b.act_data_i, &b.weight_data_i}) bind(*data, config.array.rows * kByteBits);
  for (auto* data : {&b.sum_data_o, &b.add_data_o}) {
    bind(data->port, config.requantise.lanes * kByteBits);
  }
}

MacColumnModel::MacColumnModel(const MacColumnParameters& parameters)
    : block_(unique("vq_mac_column"), parameters) {
  bind_clock(block_.clk);
  bind(block_.act_i, parameters.rows * parameters.act_width);
  bind(block_.weights_i, parameters.rows * parameters.weight_width);
  bind(block_.sum_o, parameters.sum_width);
}

}  // namespace vqrom::sim
