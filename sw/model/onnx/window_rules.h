// SPDX-License-Identifier: Apache-2.0
// window_rules — kernel, strides, pads and their automatic forms, resolved for one input size.
#pragma once

#include <array>

#include "sw/model/model.h"
#include "sw/model/onnx/raw_graph.h"

namespace vqrom::model {

// A window and the height and width of what it makes of one input.
struct ResolvedWindow {
  Window window;
  std::array<std::int64_t, 2> extents{};
};

// Both read strides, dilations, pads and auto_pad for an input of the given height and width.
// Errors (place left to the caller): onnx.attribute, onnx.shape.

[[nodiscard]] ResolvedWindow convolution_window(const RawNode& node,
                                                const std::array<std::int64_t, 2>& kernel,
                                                const std::array<std::int64_t, 2>& input);

enum class PaddingCounts { kNo, kYes };

// kernel_shape and ceil_mode too. ceil_mode becomes additional padding at the end, which is refused
// where padding counts (the average would change). Each window holds a pixel of the input.
[[nodiscard]] ResolvedWindow pool_window(const RawNode& node, PaddingCounts padding_counts,
                                         const std::array<std::int64_t, 2>& input);

}  // namespace vqrom::model
