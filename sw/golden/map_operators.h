// SPDX-License-Identifier: Apache-2.0
// map_operators — the operators without weights: add, clamp, pools, and those that move codes.
#pragma once

#include <span>
#include <vector>

#include "sw/compress/quantised_network.h"

namespace vqrom::golden {

// One input of an operator: the node that made it and its codes, NHWC.
struct Operand {
  const compress::QNode& node;
  std::span<const std::int8_t> codes;
};

// The output codes of `node`, which is neither an Input nor a convolution
// (docs/theory/numerics.md).
[[nodiscard]] std::vector<std::int8_t> apply_map_operator(const compress::QNode& node,
                                                          std::span<const Operand> operands);

}  // namespace vqrom::golden
