// SPDX-License-Identifier: Apache-2.0
// float_convolution — convolution by matrix product over unfolded windows; depthwise directly.
#include <algorithm>

#include <cblas.h>

#include "sw/base/checked.h"
#include "sw/model/float_kernels.h"

namespace vqrom::model {
namespace {

// Unfolded windows are made for so many output pixels that they stay in the second-level cache.
constexpr std::int64_t kUnfoldedFloats = 1 << 17;

struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

// The output positions of 0 … out-1 at which kernel tap `tap` meets a pixel of 0 … in-1.
Range valid_outputs(const Window& window, std::size_t axis, std::int64_t tap, std::int64_t in,
                    std::int64_t out) {
  const std::int64_t offset = tap * window.dilation[axis] - window.pads[axis];
  const std::int64_t stride = window.stride[axis];
  const std::int64_t begin = offset >= 0 ? 0 : base::ceil_div(-offset, stride);
  const std::int64_t end = in > offset ? base::ceil_div(in - offset, stride) : 0;
  return {std::min(begin, out), std::clamp(end, std::min(begin, out), out)};
}

struct Geometry {
  const Window& window;
  std::int64_t in_height;
  std::int64_t in_width;
  std::int64_t out_height;
  std::int64_t out_width;
};

// One row of unfolded windows: what tap (y, x) of the kernel meets in `map` at the output pixels
// first … first+count-1.
void unfold_tap(const Geometry& g, std::span<const float> map, std::int64_t y, std::int64_t x,
                std::int64_t first, std::int64_t count, float* to) {
  const Window& window = g.window;
  const Range columns = valid_outputs(window, 1, x, g.in_width, g.out_width);
  const std::int64_t offset = x * window.dilation[1] - window.pads[1];
  std::int64_t pixel = first;
  while (pixel < first + count) {
    const std::int64_t row = pixel / g.out_width;
    const std::int64_t begin = pixel % g.out_width;
    const std::int64_t end = std::min(g.out_width, begin + first + count - pixel);
    float* segment = to + (pixel - first);
    pixel += end - begin;
    const std::int64_t in_row = row * window.stride[0] + y * window.dilation[0] - window.pads[0];
    const bool inside = in_row >= 0 && in_row < g.in_height;
    const std::int64_t from = inside ? std::clamp(columns.begin, begin, end) : end;
    const std::int64_t until = inside ? std::clamp(columns.end, from, end) : end;
    std::fill(segment, segment + (from - begin), 0.0F);
    std::fill(segment + (until - begin), segment + (end - begin), 0.0F);
    if (from == until) continue;
    const float* source = map.data() + in_row * g.in_width + offset;
    if (window.stride[1] == 1) {
      std::copy(source + from, source + until, segment + (from - begin));
    } else {
      for (std::int64_t i = from; i < until; ++i) segment[i - begin] = source[i * window.stride[1]];
    }
  }
}

// out[m][n] += a[m][k] * b[k][n]; rows of b and out are `columns` and `out_row` long.
void add_product(std::int64_t rows, std::int64_t columns, std::int64_t depth, const float* a,
                 const float* b, std::int64_t b_row, float* out, std::int64_t out_row) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, base::checked_cast<int>(rows),
              base::checked_cast<int>(columns), base::checked_cast<int>(depth), 1.0F, a,
              base::checked_cast<int>(depth), b, base::checked_cast<int>(b_row), 1.0F, out,
              base::checked_cast<int>(out_row));
}

void convolve_depthwise(const Conv& op, const Geometry& g, const MapIn& in, const MapOut& out) {
  const Window& window = op.window;
  for (std::int64_t channel = 0; channel < op.out_channels; ++channel) {
    const float* weight = op.weights.data() + channel * window.kernel[0] * window.kernel[1];
    const std::int64_t source = channel / (op.out_channels / op.groups);
    const float* map = in.values.data() + source * g.in_height * g.in_width;
    float* result = out.values.data() + channel * g.out_height * g.out_width;
    for (std::int64_t y = 0; y < window.kernel[0]; ++y) {
      const Range rows = valid_outputs(window, 0, y, g.in_height, g.out_height);
      for (std::int64_t x = 0; x < window.kernel[1]; ++x, ++weight) {
        const Range columns = valid_outputs(window, 1, x, g.in_width, g.out_width);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
          const std::int64_t in_row =
              row * window.stride[0] + y * window.dilation[0] - window.pads[0];
          const float* from = map + in_row * g.in_width + x * window.dilation[1] - window.pads[1];
          float* to = result + row * g.out_width;
          for (std::int64_t i = columns.begin; i < columns.end; ++i) {
            to[i] += *weight * from[i * window.stride[1]];
          }
        }
      }
    }
  }
}

// One group: `in` and `out` point at its first channel.
void convolve_group(const Conv& op, const Geometry& g, const float* weights, const float* in,
                    float* out, std::vector<float>& unfolded) {
  const std::int64_t channels = op.in_channels / op.groups;
  const std::int64_t rows = op.out_channels / op.groups;
  const std::int64_t pixels = g.out_height * g.out_width;
  if (op.window == Window{}) {  // 1x1: the windows are the map itself
    add_product(rows, pixels, channels, weights, in, pixels, out, pixels);
    return;
  }
  const std::int64_t depth = channels * op.window.kernel[0] * op.window.kernel[1];
  const std::int64_t tile = std::clamp(kUnfoldedFloats / depth, std::int64_t{1}, pixels);
  unfolded.resize(static_cast<std::size_t>(depth * tile));
  for (std::int64_t first = 0; first < pixels; first += tile) {
    const std::int64_t count = std::min(tile, pixels - first);
    float* to = unfolded.data();
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      const std::span<const float> map(in + channel * g.in_height * g.in_width,
                                       static_cast<std::size_t>(g.in_height * g.in_width));
      for (std::int64_t y = 0; y < op.window.kernel[0]; ++y) {
        for (std::int64_t x = 0; x < op.window.kernel[1]; ++x, to += count) {
          unfold_tap(g, map, y, x, first, count, to);
        }
      }
    }
    add_product(rows, count, depth, weights, unfolded.data(), count, out + first, pixels);
  }
}

}  // namespace

void convolve(const Conv& op, const MapIn& in, const MapOut& out) {
  const Geometry g{op.window, in.shape[2], in.shape[3], out.shape[2], out.shape[3]};
  const std::int64_t pixels = g.out_height * g.out_width;
  for (std::int64_t channel = 0; channel < op.out_channels; ++channel) {
    std::fill_n(out.values.begin() + channel * pixels, pixels,
                op.bias[static_cast<std::size_t>(channel)]);
  }
  if (op.groups == op.in_channels && op.groups > 1) return convolve_depthwise(op, g, in, out);
  std::vector<float> unfolded;
  const std::int64_t in_step = op.in_channels / op.groups * g.in_height * g.in_width;
  const std::int64_t out_step = op.out_channels / op.groups * pixels;
  const std::int64_t weight_step = std::ssize(op.weights) / op.groups;
  for (std::int64_t group = 0; group < op.groups; ++group) {
    convolve_group(op, g, op.weights.data() + group * weight_step,
                   in.values.data() + group * in_step, out.values.data() + group * out_step,
                   unfolded);
  }
}

}  // namespace vqrom::model
