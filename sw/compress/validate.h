// SPDX-License-Identifier: Apache-2.0
// validate — every rule that a quantised network keeps, so that engines need not check again.
#pragma once

#include <string_view>

#include "sw/compress/quantised_network.h"

namespace vqrom::compress {

// Larger values are refused: products of them stay far inside 64 bits.
inline constexpr std::int64_t kLargestExtent = std::int64_t{1} << 16;  // height, width, stride …
inline constexpr std::int64_t kLargestChannels = std::int64_t{1} << 20;
inline constexpr std::int64_t kLargestKernel = std::int64_t{1} << 10;     // a side
inline constexpr std::int64_t kLargestMap = (std::int64_t{1} << 31) - 1;  // codes

// Checks names, order and number of inputs, the shape that each operator makes, equal quantisation
// where codes only move, lengths of all weights, and the ranges of all numbers. Throws UserError
// with every problem found (vqnet.format, at `place` and node).
void validate(const QuantisedNetwork& network, std::string_view place);

}  // namespace vqrom::compress
