// SPDX-License-Identifier: Apache-2.0
// vq_vector — SystemC model of the values of vq_vector: sums and maxima of windows, adds.
#pragma once

#include <cstdint>
#include <span>
#include <systemc>
#include <vector>

#include "sim/systemc/run_values.h"

namespace vqrom::sim {

// Computes from what stands in the buffers; timing::Vector knows when.
class VqVector : public sc_core::sc_module {
 public:
  VqVector(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
           const RunBuffersView& buffers);

  void begin(const RunCommand& command);
  // Codes of the RUN's next output vector: groups, in each the pixels.
  void compute_vector(std::span<std::int8_t> codes);

 private:
  [[nodiscard]] const std::int8_t* activation(std::int64_t ky, std::int64_t kx) const;
  void start_group();
  void window(std::int8_t* codes);
  void add(std::int8_t* codes) const;

  RunBuffersView buffers_;
  std::int64_t rows_;
  RunCommand command_;
  std::int64_t group_ = 0;
  std::int64_t oy_ = 0;
  std::int64_t ox_ = 0;
  std::vector<std::int8_t> padding_;        // a vector
  std::vector<std::int16_t> weights_;       // [kernel position][row] of the group
  std::vector<ParameterEntry> parameters_;  // of its rows
  std::vector<std::int32_t> sums_;
};

}  // namespace vqrom::sim
