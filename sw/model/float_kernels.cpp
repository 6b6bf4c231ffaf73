// SPDX-License-Identifier: Apache-2.0
#include "sw/model/float_kernels.h"

#include <algorithm>
#include <limits>

#include "sw/base/checked.h"

namespace vqrom::model {
namespace {

// Taps first … end-1 of a window that begins at pixel `start` (maybe in the padding) lie in
// 0 … extent-1.
struct Taps {
  std::int64_t first = 0;
  std::int64_t end = 0;
};
Taps taps_inside(std::int64_t start, std::int64_t kernel, std::int64_t dilation,
                 std::int64_t extent) {
  const std::int64_t first = start < 0 ? base::ceil_div(-start, dilation) : 0;
  const std::int64_t end = start < extent ? base::ceil_div(extent - start, dilation) : 0;
  return {std::min(first, kernel), std::clamp(end, std::min(first, kernel), kernel)};
}

// For each channel and output pixel: fold(value, next) from `initial` over the window's real
// pixels, then result = finish(value, number of real pixels).
template <typename Fold, typename Finish>
void pool(const Window& window, const MapIn& in, const MapOut& out, float initial, Fold fold,
          Finish finish) {
  const std::int64_t height = in.shape[2];
  const std::int64_t width = in.shape[3];
  float* to = out.values.data();
  for (std::int64_t channel = 0; channel < out.shape[1]; ++channel) {
    const float* map = in.values.data() + channel * height * width;
    for (std::int64_t row = 0; row < out.shape[2]; ++row) {
      const std::int64_t top = row * window.stride[0] - window.pads[0];
      const Taps rows = taps_inside(top, window.kernel[0], window.dilation[0], height);
      for (std::int64_t column = 0; column < out.shape[3]; ++column) {
        const std::int64_t left = column * window.stride[1] - window.pads[1];
        const Taps columns = taps_inside(left, window.kernel[1], window.dilation[1], width);
        float value = initial;
        for (std::int64_t y = rows.first; y < rows.end; ++y) {
          const float* from = map + (top + y * window.dilation[0]) * width + left;
          for (std::int64_t x = columns.first; x < columns.end; ++x) {
            value = fold(value, from[x * window.dilation[1]]);
          }
        }
        *to++ = finish(value, (rows.end - rows.first) * (columns.end - columns.first));
      }
    }
  }
}

// Row-major strides.
Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

// Calls visit(i, j) for each element of a block of the given extents, in row-major order; i and j
// are its offsets in two tensors with these steps an axis.
template <typename Visit>
void for_each_element(const Shape& extents, const Shape& i_steps, const Shape& j_steps,
                      std::size_t axis, std::int64_t i, std::int64_t j, const Visit& visit) {
  if (axis == extents.size()) return visit(i, j);
  for (std::int64_t k = 0; k < extents[axis]; ++k) {
    for_each_element(extents, i_steps, j_steps, axis + 1, i + k * i_steps[axis],
                     j + k * j_steps[axis], visit);
  }
}

}  // namespace

void clamp(std::span<float> values, const Activation& activation) {
  if (activation == Activation{}) return;
  for (float& value : values) {
    value = std::min(std::max(value, activation.low), activation.high);
  }
}

void pool_maximum(const MaxPool& op, const MapIn& in, const MapOut& out) {
  pool(
      op.window, in, out, -std::numeric_limits<float>::infinity(),
      [](float a, float b) { return std::max(a, b); },
      [](float value, std::int64_t) { return value; });
}

void pool_average(const AveragePool& op, const MapIn& in, const MapOut& out) {
  const std::int64_t whole = op.window.kernel[0] * op.window.kernel[1];
  pool(
      op.window, in, out, 0.0F, [](float a, float b) { return a + b; },
      [&](float sum, std::int64_t pixels) {
        return sum / static_cast<float>(op.count_include_pad ? whole : pixels);
      });
}

void concatenate(std::span<const MapIn> in, std::size_t axis, const MapOut& out) {
  const auto at = static_cast<std::ptrdiff_t>(axis);
  const std::int64_t blocks =
      base::element_count(std::span(out.shape.begin(), out.shape.begin() + at));
  auto to = out.values.begin();
  for (std::int64_t block = 0; block < blocks; ++block) {
    for (const MapIn& part : in) {
      const auto size = std::ssize(part.values) / blocks;
      to = std::copy_n(part.values.begin() + block * size, size, to);
    }
  }
}

void take_slice(const Slice& op, const MapIn& in, const MapOut& out) {
  const Shape strides = strides_of(in.shape);
  Shape steps = strides;
  std::int64_t start = 0;
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    start += op.starts[axis] * strides[axis];
    steps[axis] = op.steps[axis] * strides[axis];
  }
  for_each_element(out.shape, steps, strides_of(out.shape), 0, start, 0,
                   [&](std::int64_t from, std::int64_t to) {
                     out.values[static_cast<std::size_t>(to)] =
                         in.values[static_cast<std::size_t>(from)];
                   });
}

void pad(const Pad& op, const MapIn& in, const MapOut& out) {
  std::fill(out.values.begin(), out.values.end(), op.value);
  const Shape strides = strides_of(out.shape);
  std::int64_t start = 0;
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    start += op.before[axis] * strides[axis];
  }
  for_each_element(in.shape, strides_of(in.shape), strides, 0, 0, start,
                   [&](std::int64_t from, std::int64_t to) {
                     out.values[static_cast<std::size_t>(to)] =
                         in.values[static_cast<std::size_t>(from)];
                   });
}

}  // namespace vqrom::model
