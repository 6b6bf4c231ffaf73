// SPDX-License-Identifier: Apache-2.0
#include "sw/golden/map_operators.h"

#include <algorithm>

#include "sw/base/error.h"
#include "sw/base/requantise.h"

namespace vqrom::golden {
namespace {

using compress::MapShape;
using compress::QNode;

// Fills the output codes of one node; an overload for each operator.
class MapOperator {
 public:
  MapOperator(const QNode& node, std::span<const Operand> operands)
      : node_(node), operands_(operands), result_(static_cast<std::size_t>(node.shape.count())) {}

  std::vector<std::int8_t> run() {
    std::visit(*this, node_.op);
    return std::move(result_);
  }

  void operator()(const compress::QInput&) { VQROM_CHECK(false, "Input computes nothing"); }
  void operator()(const compress::QConv&) { VQROM_CHECK(false, "a convolution has its own code"); }

  void operator()(const compress::QAdd& add) {
    const Operand& a = operands_[0];
    const Operand& b = operands_[1];
    const std::int64_t za = a.node.quantisation.zero_point;
    const std::int64_t zb = b.node.quantisation.zero_point;
    for (std::size_t i = 0; i < result_.size(); ++i) {
      const std::int64_t sum =
          (a.codes[i] - za) * add.multiplier_a + (b.codes[i] - zb) * add.multiplier_b;
      const std::int64_t code =
          node_.quantisation.zero_point + base::rounding_shift(sum, add.shift);
      result_[i] =
          static_cast<std::int8_t>(std::clamp<std::int64_t>(code, add.range.low, add.range.high));
    }
  }

  void operator()(const compress::QClamp& clamp) {
    const auto low = static_cast<std::int8_t>(clamp.range.low);
    const auto high = static_cast<std::int8_t>(clamp.range.high);
    std::ranges::transform(operands_[0].codes, result_.begin(),
                           [&](std::int8_t code) { return std::clamp(code, low, high); });
  }

  void operator()(const compress::QMaxPool& pool) {
    std::ranges::fill(result_, std::int8_t{-128});
    for_windows(pool.window, [&](std::int8_t* to, const std::int8_t* from) {
      for (std::int64_t c = 0; c < node_.shape.channels; ++c) to[c] = std::max(to[c], from[c]);
    });
  }

  void operator()(const compress::QAveragePool& pool) {
    const std::int64_t channels = node_.shape.channels;
    std::vector<std::int32_t> sums(result_.size());
    std::vector<std::size_t> real_pixels(result_.size() / static_cast<std::size_t>(channels));
    for_windows(pool.window, [&](const std::int8_t* to, const std::int8_t* from) {
      const std::int64_t at = to - result_.data();
      ++real_pixels[static_cast<std::size_t>(at / channels)];
      for (std::int64_t c = 0; c < channels; ++c) {
        sums[static_cast<std::size_t>(at + c)] += from[c];
      }
    });
    const std::int32_t zero_in = operands_[0].node.quantisation.zero_point;
    for (std::size_t i = 0; i < result_.size(); ++i) {
      const std::size_t n = real_pixels[i / static_cast<std::size_t>(channels)];
      const base::Multiplier& factor = pool.multipliers[pool.count_include_pad ? 0 : n - 1];
      result_[i] = base::requantise(sums[i] - static_cast<std::int32_t>(n) * zero_in, factor,
                                    node_.quantisation.zero_point, -128, 127);
    }
  }

  void operator()(const compress::QConcat&) {
    std::int64_t first_channel = 0;
    for (const Operand& operand : operands_) {
      const std::int64_t channels = operand.node.shape.channels;
      const std::int64_t pixels = operand.node.shape.height * operand.node.shape.width;
      for (std::int64_t p = 0; p < pixels; ++p) {
        std::copy_n(operand.codes.data() + p * channels, channels,
                    result_.data() + p * node_.shape.channels + first_channel);
      }
      first_channel += channels;
    }
  }

  void operator()(const compress::QSlice& slice) {
    const MapShape& from = operands_[0].node.shape;
    auto to = result_.begin();
    for (std::int64_t y = 0; y < node_.shape.height; ++y) {
      for (std::int64_t x = 0; x < node_.shape.width; ++x) {
        const std::int64_t row = slice.starts[0] + y * slice.steps[0];
        const std::int64_t column = slice.starts[1] + x * slice.steps[1];
        const std::int8_t* pixel =
            operands_[0].codes.data() + (row * from.width + column) * from.channels;
        for (std::int64_t c = 0; c < node_.shape.channels; ++c) {
          *to++ = pixel[slice.starts[2] + c * slice.steps[2]];
        }
      }
    }
  }

  void operator()(const compress::QPad& pad) {
    std::ranges::fill(result_, static_cast<std::int8_t>(node_.quantisation.zero_point));
    const MapShape& from = operands_[0].node.shape;
    for (std::int64_t y = 0; y < from.height; ++y) {
      for (std::int64_t x = 0; x < from.width; ++x) {
        const std::int64_t pixel = (y + pad.before[0]) * node_.shape.width + x + pad.before[1];
        std::copy_n(operands_[0].codes.data() + (y * from.width + x) * from.channels, from.channels,
                    result_.data() + pixel * node_.shape.channels + pad.before[2]);
      }
    }
  }

  void operator()(const compress::QReshape&) {
    std::ranges::copy(operands_[0].codes, result_.begin());
  }
  void operator()(const compress::QTable& table) {
    std::ranges::transform(operands_[0].codes, result_.begin(), [&](std::int8_t code) {
      return table.values[static_cast<std::size_t>(code + 128)];
    });
  }

 private:
  // Calls visit(output pixel, input pixel) for every real pixel under every window.
  template <typename Visit>
  void for_windows(const model::Window& window, Visit visit) {
    const MapShape& from = operands_[0].node.shape;
    std::int8_t* to = result_.data();
    for (std::int64_t y = 0; y < node_.shape.height; ++y) {
      for (std::int64_t x = 0; x < node_.shape.width; ++x, to += node_.shape.channels) {
        for (std::int64_t ky = 0; ky < window.kernel[0]; ++ky) {
          const std::int64_t row = y * window.stride[0] + ky * window.dilation[0] - window.pads[0];
          if (row < 0 || row >= from.height) continue;
          for (std::int64_t kx = 0; kx < window.kernel[1]; ++kx) {
            const std::int64_t column =
                x * window.stride[1] + kx * window.dilation[1] - window.pads[1];
            if (column < 0 || column >= from.width) continue;
            visit(to, operands_[0].codes.data() + (row * from.width + column) * from.channels);
          }
        }
      }
    }
  }

  const QNode& node_;
  std::span<const Operand> operands_;
  std::vector<std::int8_t> result_;
};

}  // namespace

std::vector<std::int8_t> apply_map_operator(const QNode& node, std::span<const Operand> operands) {
  return MapOperator(node, operands).run();
}

}  // namespace vqrom::golden
