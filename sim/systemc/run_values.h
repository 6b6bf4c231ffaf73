// SPDX-License-Identifier: Apache-2.0
// run_values — what vq_core and vq_vector share: the buffers that a RUN reads, and codes of sums.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "gen/config/accelerator_config.h"
#include "sim/systemc/vq_ram_1r1w.h"
#include "sw/base/requantise.h"
#include "sw/codebook/codebook.h"
#include "sw/compiler/run_command.h"

namespace vqrom::sim {

using compiler::RunCommand;
using compiler::RunWindow;

struct RunBuffersView {
  const VqRam1r1w* activations = nullptr;
  const VqRam1r1w* weights = nullptr;
  const VqRam1r1w* parameters = nullptr;
  const VqRam1r1w* window = nullptr;
};

// An entry of the parameter buffer as the RTL takes it, whatever it holds: entries past the last
// channel may hold anything, and their codes reach memory.
struct ParameterEntry {
  explicit ParameterEntry(const std::uint8_t* bytes) {
    std::memcpy(&bias, bytes, sizeof bias);
    std::uint32_t multiplier = 0;
    std::memcpy(&multiplier, bytes + 4, sizeof multiplier);
    const int shift = bytes[8] & 63;
    // A shift of 0 or 63 leaves nothing of a product, like a factor of 0.
    if (shift < base::kSmallestShift || shift > base::kLargestShift) return;
    factor = {static_cast<std::int32_t>(multiplier & 0x7fffffff), static_cast<std::uint8_t>(shift)};
  }
  std::uint32_t bias = 0;  // sums wrap
  base::Multiplier factor{0, base::kSmallestShift};
};

inline std::int8_t code_of(std::uint32_t sum, const base::Multiplier& factor,
                           const config::Shape& shape) {
  return base::requantise(
      static_cast<std::int32_t>(sum), factor, static_cast<std::int32_t>(shape.zero_point),
      static_cast<std::int32_t>(shape.low), static_cast<std::int32_t>(shape.high));
}

// Of an add's operands.
inline std::int8_t code_of(std::int8_t a, std::int8_t b, const config::Factors& factors,
                           const config::Shape& shape) {
  const bool legal = factors.shift >= base::kSmallestShift && factors.shift <= base::kLargestShift;
  const std::int64_t sum = (a - factors.zero_point_a) * factors.multiplier_a +
                           (b - factors.zero_point_b) * factors.multiplier_b;
  const std::int64_t scaled =
      legal ? base::rounding_shift(sum, static_cast<int>(factors.shift)) : 0;
  return static_cast<std::int8_t>(std::clamp(shape.zero_point + scaled, shape.low, shape.high));
}

}  // namespace vqrom::sim
