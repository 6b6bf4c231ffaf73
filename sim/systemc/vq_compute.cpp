// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_compute.h"

namespace vqrom::sim {

VqCompute::VqCompute(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
                     const codebook::Codebook& codebook, const ComputeBuffers& buffers)
    : sc_module(name),
      u_core("u_core", config, codebook, buffers.read),
      u_vector("u_vector", config, buffers.read),
      u_table("u_table", static_cast<std::size_t>(config.bus_bytes())),
      config_(config),
      output_(buffers.output),
      initial_(config),
      cycle_(initial_) {}

bool VqCompute::is_array() const {
  return static_cast<config::Operation>(command_.shape.operation) == config::Operation::kArray;
}

std::int64_t VqCompute::parts() const {
  return is_array() ? command_.run.blocks : command_.run.groups;
}

std::int64_t VqCompute::codes_of_pixel() const {
  return is_array() ? config_.array.columns : config_.array.rows;
}

void VqCompute::begin(const RunCommand& command) {
  command_ = command;
  if (is_array()) {
    u_core.begin(command_);
  } else {
    u_vector.begin(command_);
  }
}

const std::vector<std::int8_t>& VqCompute::compute_part() {
  const bool codes = !is_array() || command_.run.last != 0;
  codes_.resize(codes ? static_cast<std::size_t>(command_.pixels() * codes_of_pixel()) : 0);
  if (is_array()) {
    u_core.compute_block(codes_);
  } else {
    u_vector.compute_group(codes_);
  }
  if (command_.shape.table != 0) look_up();
  return codes_;
}

void VqCompute::look_up() {
  const std::uint8_t* table = u_table.word(0) + command_.shape.table_bank * config::kTableEntries;
  for (std::int8_t& code : codes_) code = static_cast<std::int8_t>(table[code + 128]);
}

// Beats of LANES codes follow each other through the lanes of a vector, then through the groups.
void VqCompute::place(std::int64_t part) {
  const auto lanes = static_cast<std::size_t>(config_.requantise.lanes);
  const std::int64_t beats = codes_of_pixel() / config_.requantise.lanes;
  const std::int64_t first = (is_array() ? command_.run.out_lane : 0) + part * beats;
  const std::int8_t* from = codes_.data();
  for (std::int64_t pixel = 0; pixel < command_.pixels(); ++pixel) {
    for (std::int64_t beat = first; beat < first + beats; ++beat, from += lanes) {
      const std::int64_t group = beat / config_.vector_beats();
      if (group >= command_.run.out_groups) continue;
      output_->write(command_.run.output + group * command_.shape.out_group_step + pixel,
                     static_cast<std::size_t>(beat % config_.vector_beats()) * lanes, from, lanes);
    }
  }
}

void VqCompute::carry_out(const RunWords& words) {
  begin(read_run(words));
  for (std::int64_t part = 0; part < parts(); ++part) {
    if (!compute_part().empty()) place(part);
  }
}

}  // namespace vqrom::sim
