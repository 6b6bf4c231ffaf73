// SPDX-License-Identifier: Apache-2.0
#include "sw/golden/conv_kernel.h"

#include <algorithm>
#include <array>

#include "sw/base/checked.h"
#include "sw/base/requantise.h"
#include "sw/golden/vector_loops.h"

namespace vqrom::golden {
namespace {

using compress::MapShape;
using compress::QConv;
using compress::QNode;

constexpr std::int64_t kTilePixels = 32;  // columns gathered at once; they stay in the L1 cache

bool is_depthwise(const QConv& conv) {
  return conv.in_per_group() == 1 && conv.out_channels == conv.groups;
}

std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return base::ceil_div(value, multiple) * multiple;
}

// Elements of one row: all taps of one output channel, filled up with zeros.
std::int64_t row_length(const QConv& conv) {
  return round_up(conv.window.kernel[0] * conv.window.kernel[1] * conv.in_per_group(), kVector);
}

// Rows of one group, filled up to whole blocks.
std::int64_t group_rows(const QConv& conv) {
  return round_up(conv.out_channels / conv.groups, kBlockOutputs);
}

// One run of one layer.
class Convolution {
 public:
  Convolution(const QConv& conv, std::span<const std::int16_t> packed, const QNode& input,
              const QNode& output, std::span<const std::int8_t> codes)
      : conv_(conv),
        packed_(packed),
        input_(input),
        output_(output),
        codes_(codes),
        result_(static_cast<std::size_t>(output.shape.count())) {}

  std::vector<std::int8_t> run() {
    if (is_depthwise(conv_)) {
      run_depthwise();
    } else {
      for (std::int64_t group = 0; group < conv_.groups; ++group) run_group(group);
    }
    return std::move(result_);
  }

 private:
  void put(std::int64_t pixel, std::int64_t channel, std::int32_t sum) {
    const auto o = static_cast<std::size_t>(channel);
    result_[static_cast<std::size_t>(pixel * conv_.out_channels + channel)] =
        base::requantise(conv_.bias[o] + sum, conv_.multipliers[o], output_.quantisation.zero_point,
                         conv_.range.low, conv_.range.high);
  }

  void run_depthwise() {
    const std::int64_t channels = conv_.out_channels;
    const std::vector<std::int8_t> padding(static_cast<std::size_t>(channels), padding_code());
    std::vector<std::int32_t> sums(static_cast<std::size_t>(channels));
    const std::int64_t pixels = output_.shape.height * output_.shape.width;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
      std::ranges::fill(sums, 0);
      const std::int16_t* weights = packed_.data();
      for (std::int64_t ky = 0; ky < conv_.window.kernel[0]; ++ky) {
        for (std::int64_t kx = 0; kx < conv_.window.kernel[1]; ++kx, weights += channels) {
          const std::int8_t* from = tap(pixel, ky, kx);
          add_products(from == nullptr ? padding.data() : from, weights, channels, sums.data());
        }
      }
      for (std::int64_t c = 0; c < channels; ++c) put(pixel, c, sums[static_cast<std::size_t>(c)]);
    }
  }

  void run_group(std::int64_t group) {
    const std::int64_t length = row_length(conv_);
    const std::int64_t pixels = output_.shape.height * output_.shape.width;
    const std::int64_t outputs = conv_.out_channels / conv_.groups;
    const std::int16_t* rows = packed_.data() + group * group_rows(conv_) * length;
    std::vector<std::int16_t> columns(static_cast<std::size_t>(kTilePixels * length));
    std::array<std::int32_t, kBlockPixels * kBlockOutputs> sums{};
    for (std::int64_t first = 0; first < pixels; first += kTilePixels) {
      const std::int64_t count = std::min(kTilePixels, pixels - first);
      for (std::int64_t p = 0; p < count; ++p) gather(first + p, group, &columns[p * length]);
      for (std::int64_t o = 0; o < outputs; o += kBlockOutputs) {
        for (std::int64_t p = 0; p < count; p += kBlockPixels) {
          dot_block(&columns[p * length], rows + o * length, length, sums.data());
          put_block(first + p, std::min(kBlockPixels, count - p), group * outputs + o,
                    std::min(kBlockOutputs, outputs - o), sums);
        }
      }
    }
  }

  void put_block(std::int64_t pixel, std::int64_t pixels, std::int64_t channel,
                 std::int64_t channels, std::span<const std::int32_t> sums) {
    for (std::int64_t p = 0; p < pixels; ++p) {
      for (std::int64_t o = 0; o < channels; ++o) {
        put(pixel + p, channel + o, sums[static_cast<std::size_t>(p * kBlockOutputs + o)]);
      }
    }
  }

  // The codes that all taps of one output pixel read, in the order of the weights.
  void gather(std::int64_t pixel, std::int64_t group, std::int16_t* column) const {
    const std::int64_t channels = conv_.in_per_group();
    for (std::int64_t ky = 0; ky < conv_.window.kernel[0]; ++ky) {
      for (std::int64_t kx = 0; kx < conv_.window.kernel[1]; ++kx, column += channels) {
        const std::int8_t* from = tap(pixel, ky, kx);
        if (from == nullptr) {
          std::fill_n(column, channels, padding_code());
        } else {
          widen(from + group * channels, channels, column);
        }
      }
    }
  }

  // The input pixel under one tap of an output pixel; null for padding.
  [[nodiscard]] const std::int8_t* tap(std::int64_t pixel, std::int64_t ky, std::int64_t kx) const {
    const model::Window& window = conv_.window;
    const MapShape& from = input_.shape;
    const std::int64_t y =
        pixel / output_.shape.width * window.stride[0] + ky * window.dilation[0] - window.pads[0];
    const std::int64_t x =
        pixel % output_.shape.width * window.stride[1] + kx * window.dilation[1] - window.pads[1];
    if (y < 0 || y >= from.height || x < 0 || x >= from.width) return nullptr;
    return codes_.data() + (y * from.width + x) * from.channels;
  }

  [[nodiscard]] std::int8_t padding_code() const {
    return static_cast<std::int8_t>(input_.quantisation.zero_point);
  }

  const QConv& conv_;
  std::span<const std::int16_t> packed_;
  const QNode& input_;
  const QNode& output_;
  std::span<const std::int8_t> codes_;
  std::vector<std::int8_t> result_;
};

}  // namespace

std::vector<std::int16_t> pack_weights(const QConv& conv, std::span<const std::int8_t> weights) {
  const std::int64_t taps = conv.weight_count() / conv.out_channels;
  if (is_depthwise(conv)) {
    std::vector<std::int16_t> packed(weights.size());
    for (std::int64_t i = 0; i < std::ssize(weights); ++i) {
      packed[static_cast<std::size_t>(i % taps * conv.out_channels + i / taps)] =
          weights[static_cast<std::size_t>(i)];
    }
    return packed;
  }
  const std::int64_t length = row_length(conv);
  const std::int64_t outputs = conv.out_channels / conv.groups;
  std::vector<std::int16_t> packed(
      static_cast<std::size_t>(conv.groups * group_rows(conv) * length));
  for (std::int64_t o = 0; o < conv.out_channels; ++o) {
    const std::int64_t row = o / outputs * group_rows(conv) + o % outputs;
    std::copy_n(weights.begin() + o * taps, taps, packed.begin() + row * length);
  }
  return packed;
}

std::vector<std::int8_t> convolve(const QConv& conv, std::span<const std::int16_t> packed,
                                  const QNode& input, const QNode& output,
                                  std::span<const std::int8_t> codes) {
  return Convolution(conv, packed, input, output, codes).run();
}

}  // namespace vqrom::golden
