// SPDX-License-Identifier: Apache-2.0
// run_reference — what a RUN does to the buffers, written from docs/rtl/accelerator.md alone.
#pragma once

#include <cstdint>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "gen/config/instruction_set.h"
#include "sw/base/requantise.h"
#include "sw/codebook/codebook.h"

namespace vqrom::sim {

inline constexpr std::size_t kBufferWords = std::size_t{1} << 16;  // all that an address reaches

struct Parameter {
  std::int32_t bias = 0;
  base::Multiplier factor;
};

// kBufferWords words each.
struct RunBuffers {
  explicit RunBuffers(const config::AcceleratorConfig& config);

  std::vector<std::int8_t> activations;  // vectors of R codes
  std::vector<std::uint8_t> weights;     // bus words
  std::vector<Parameter> parameters;
  std::vector<std::int8_t> window;  // vectors of R weights
  std::vector<std::int8_t> output;  // vectors of R codes
  std::vector<std::int8_t> tables;  // two of 256 codes
};

struct RunTask {
  config::Shape shape;
  config::Factors factors;
  config::Run run;
};

class RunReference {
 public:
  RunReference(const config::AcceleratorConfig& config, const codebook::Codebook& codebook)
      : config_(config), codebook_(codebook) {}

  // Carries out the RUN; the places of the bytes that it wrote in buffers.output, in any order.
  std::vector<std::size_t> carry_out(const RunTask& task, RunBuffers& buffers);

 private:
  void run_array(const RunTask& task, RunBuffers& buffers);
  void run_windows(const RunTask& task, RunBuffers& buffers);
  void run_add(const RunTask& task, RunBuffers& buffers);
  // The code of channel r of group g at output pixel (oy, ox) and kernel position (ky, kx).
  [[nodiscard]] std::int8_t activation(const RunTask& task, const RunBuffers& buffers,
                                       std::int64_t g, std::int64_t oy, std::int64_t ox,
                                       std::int64_t ky, std::int64_t kx, std::int64_t r) const;
  [[nodiscard]] std::int32_t tile_weight(const RunTask& task, const RunBuffers& buffers,
                                         std::int64_t tile, std::int64_t column,
                                         std::int64_t row) const;
  void write(const RunTask& task, RunBuffers& buffers, std::int64_t channel, std::int64_t pixel,
             std::int8_t code);

  const config::AcceleratorConfig& config_;
  const codebook::Codebook& codebook_;
  // Of the block at work, which may be spread over several RUNs.
  std::vector<std::int32_t> sums_;  // pixel, column
  std::vector<base::Multiplier> factors_;
  std::vector<std::size_t> written_;
};

}  // namespace vqrom::sim
