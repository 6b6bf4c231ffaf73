// SPDX-License-Identifier: Apache-2.0
// conv_kernel — exact integer convolution, fast enough to serve as the reference for whole sets.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sw/compress/quantised_network.h"

namespace vqrom::golden {

// Weights laid out for convolve(): rows of int16 a multiple of the vector length long, or
// [kernel_h][kernel_w][channel] for a depthwise layer.
[[nodiscard]] std::vector<std::int16_t> pack_weights(const compress::QConv& conv,
                                                     std::span<const std::int8_t> weights);

// The layer's output codes. `packed` is from pack_weights; accumulators must not leave int32
// (check_accumulators). Every sum is an exact integer, so its order does not matter.
[[nodiscard]] std::vector<std::int8_t> convolve(const compress::QConv& conv,
                                                std::span<const std::int16_t> packed,
                                                const compress::QNode& input,
                                                const compress::QNode& output,
                                                std::span<const std::int8_t> codes);

}  // namespace vqrom::golden
