// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/window_rules.h"

#include <algorithm>

#include "sw/base/checked.h"

namespace vqrom::model {
namespace {

using Pair = std::array<std::int64_t, 2>;

// Keeps every product of two of these far from overflow.
constexpr std::int64_t kLargestSetting = 1 << 20;

// `count` integers in low … kLargestSetting, or nothing if the attribute is absent.
std::optional<Ints> setting(const RawNode& node, std::string_view attribute, std::size_t count,
                            std::int64_t low) {
  std::optional<Ints> values = node.integers(attribute);
  if (!values) return values;
  const bool in_range = std::all_of(values->begin(), values->end(), [&](std::int64_t value) {
    return value >= low && value <= kLargestSetting;
  });
  if (values->size() != count || !in_range) {
    fail(node, "onnx.attribute",
         fmt::format("{} is [{}]; must be {} integers of {} to {}", attribute,
                     fmt::join(*values, ", "), count, low, kLargestSetting));
  }
  return values;
}

Pair pair_setting(const RawNode& node, std::string_view attribute) {
  const Ints values = setting(node, attribute, 2, 1).value_or(Ints{1, 1});
  return {values[0], values[1]};
}

// Pixels from a window's first to its last.
std::int64_t span(const Window& window, std::size_t axis) {
  return (window.kernel[axis] - 1) * window.dilation[axis] + 1;
}

// Where the odd pixel of padding goes.
enum class OddPad { kBegin, kEnd };

void set_same_pads(Window& window, const Pair& input, OddPad odd) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t out = base::ceil_div(input[axis], window.stride[axis]);
    const std::int64_t needed = (out - 1) * window.stride[axis] + span(window, axis) - input[axis];
    const std::int64_t total = std::max(needed, std::int64_t{0});
    window.pads[axis] = odd == OddPad::kBegin ? total - total / 2 : total / 2;
    window.pads[axis + 2] = total - window.pads[axis];
  }
}

Window read_window(const RawNode& node, const Pair& kernel, const Pair& input) {
  Window window;
  window.kernel = kernel;
  window.stride = pair_setting(node, "strides");
  window.dilation = pair_setting(node, "dilations");
  const Ints pads = setting(node, "pads", 4, 0).value_or(Ints{0, 0, 0, 0});
  const std::string automatic = node.text("auto_pad").value_or("NOTSET");
  const bool any_pad = std::any_of(pads.begin(), pads.end(), [](auto pad) { return pad != 0; });
  if (automatic != "NOTSET" && any_pad) {
    fail(node, "onnx.attribute", "has both pads and auto_pad");
  }
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    set_same_pads(window, input, automatic == "SAME_UPPER" ? OddPad::kEnd : OddPad::kBegin);
  } else if (automatic == "NOTSET" || automatic == "VALID") {
    std::copy(pads.begin(), pads.end(), window.pads.begin());
  } else {
    fail(node, "onnx.attribute", "auto_pad must be one of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
  }
  return window;
}

std::int64_t padded(const Window& window, const Pair& input, std::size_t axis) {
  return input[axis] + window.pads[axis] + window.pads[axis + 2];
}

Pair output_extents(const RawNode& node, const Window& window, const Pair& input) {
  Pair extents{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t room = padded(window, input, axis) - span(window, axis);
    if (room < 0) {
      fail(node, "onnx.shape",
           fmt::format("its window spans {} pixels on an axis of {} with padding",
                       span(window, axis), padded(window, input, axis)));
    }
    extents[axis] = room / window.stride[axis] + 1;
  }
  return extents;
}

// Lengthens the end padding so that the last, partial window of ceil_mode becomes a whole one. A
// window that would begin behind the input and its leading padding does not exist.
bool extend_for_ceil_mode(Window& window, const Pair& input) {
  bool extended = false;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t room = padded(window, input, axis) - span(window, axis);
    if (room < 0) continue;
    const std::int64_t start = base::ceil_div(room, window.stride[axis]) * window.stride[axis];
    if (start == room || start >= input[axis] + window.pads[axis]) continue;
    window.pads[axis + 2] += start - room;
    extended = true;
  }
  return extended;
}

// Whether the window at `start` (which may lie in the padding) holds a pixel of the input.
bool holds_pixel(const Window& window, std::size_t axis, std::int64_t start, std::int64_t extent) {
  const std::int64_t dilation = window.dilation[axis];
  const std::int64_t skipped = start < 0 ? base::ceil_div(-start, dilation) : 0;
  return skipped < window.kernel[axis] && start + skipped * dilation < extent;
}

void check_windows_hold_pixels(const RawNode& node, const ResolvedWindow& resolved,
                               const Pair& input) {
  const Window& window = resolved.window;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (window.pads[axis] == 0 && window.pads[axis + 2] == 0) continue;
    for (std::int64_t out = 0; out < resolved.extents[axis]; ++out) {
      if (holds_pixel(window, axis, out * window.stride[axis] - window.pads[axis], input[axis])) {
        continue;
      }
      fail(node, "onnx.attribute",
           fmt::format("pads are [{}]; a window would hold nothing but padding",
                       fmt::join(window.pads, ", ")));
    }
  }
}

}  // namespace

ResolvedWindow convolution_window(const RawNode& node, const Pair& kernel, const Pair& input) {
  const Window window = read_window(node, kernel, input);
  return {window, output_extents(node, window, input)};
}

ResolvedWindow pool_window(const RawNode& node, PaddingCounts padding_counts, const Pair& input) {
  const std::optional<Ints> kernel = setting(node, "kernel_shape", 2, 1);
  if (!kernel) fail(node, "onnx.attribute", "has no kernel_shape");
  Window window = read_window(node, {(*kernel)[0], (*kernel)[1]}, input);
  if (node.integer("ceil_mode").value_or(0) != 0 && extend_for_ceil_mode(window, input) &&
      padding_counts == PaddingCounts::kYes) {
    fail(node, "onnx.attribute",
         "ceil_mode with count_include_pad is not supported where a window reaches over the end");
  }
  ResolvedWindow resolved{window, output_extents(node, window, input)};
  check_windows_hold_pixels(node, resolved, input);
  return resolved;
}

}  // namespace vqrom::model
