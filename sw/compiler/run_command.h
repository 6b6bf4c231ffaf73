// SPDX-License-Identifier: Apache-2.0
// run_command — one RUN with all that holds for it, and the vectors that it reads.
#pragma once

#include <cstdint>

#include "gen/config/instruction_set.h"

namespace vqrom::compiler {

inline constexpr std::int64_t kParameterBytes = 16;

struct RunCommand {
  config::Run run;
  config::Shape shape;
  config::Factors factors;

  [[nodiscard]] std::int64_t pixels() const { return run.out_h * run.out_w; }
};

// One kernel position: the vector of each output pixel in group 0.
struct RunWindow {
  const RunCommand& command;
  std::int64_t ky = 0;
  std::int64_t kx = 0;

  // Buffer address modulo 2^16, or -1 for padding.
  [[nodiscard]] std::int64_t vector(std::int64_t group, std::int64_t pixel) const {
    return vector(group, pixel / command.run.out_w, pixel % command.run.out_w);
  }
  [[nodiscard]] std::int64_t vector(std::int64_t group, std::int64_t oy, std::int64_t ox) const {
    const config::Run& run = command.run;
    const config::Shape& shape = command.shape;
    const std::int64_t y = run.start_y + oy * shape.stride_y + ky * shape.dilation_y;
    const std::int64_t x = run.start_x + ox * shape.stride_x + kx * shape.dilation_x;
    if (y < 0 || y >= run.in_h || x < 0 || x >= run.in_w) return -1;
    return (run.act_start + group * shape.group_step + oy * shape.out_y_step +
            ox * shape.out_x_step + ky * shape.kernel_y_step + kx * shape.kernel_x_step) &
           0xFFFF;
  }
};

}  // namespace vqrom::compiler
