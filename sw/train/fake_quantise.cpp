// SPDX-License-Identifier: Apache-2.0
#include "sw/train/fake_quantise.h"

#include <algorithm>

#include <torch/csrc/autograd/custom_function.h>

namespace vqrom::train {
namespace {

// Adding and subtracting 1.5 * 2^23 rounds |x| < 2^22 to the nearest integer, and vectorises on
// every machine. One pass over memory forwards and one backwards: torch's own operators take five.
constexpr float kRounding = 12582912.0F;

struct Grid {
  float scale = 1.0F;
  float low = 0.0F;  // in steps from zero
  float high = 0.0F;
};

class FakeQuantise : public torch::autograd::Function<FakeQuantise> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               double scale, double low, double high) {
    const Grid grid{static_cast<float>(scale), static_cast<float>(low), static_cast<float>(high)};
    const float inverse = static_cast<float>(1.0 / scale);
    const torch::Tensor dense = x.is_non_overlapping_and_dense() ? x : x.contiguous();
    torch::Tensor y = torch::empty_like(dense);
    const float* from = dense.data_ptr<float>();
    float* to = y.data_ptr<float>();
    for (std::int64_t i = 0; i < y.numel(); ++i) {
      const float steps = std::min(std::max(from[i] * inverse, grid.low), grid.high);
      to[i] = ((steps + kRounding) - kRounding) * grid.scale;
    }
    context->save_for_backward({y});
    context->saved_data["low"] = grid.low * grid.scale;
    context->saved_data["high"] = grid.high * grid.scale;
    return y;
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               const torch::autograd::tensor_list& gradients) {
    const torch::Tensor y = context->get_saved_variables()[0];
    const auto low = static_cast<float>(context->saved_data["low"].toDouble());
    const auto high = static_cast<float>(context->saved_data["high"].toDouble());
    const torch::Tensor gradient = gradients[0].strides() == y.strides()
                                       ? gradients[0]
                                       : torch::empty_like(y).copy_(gradients[0]);
    torch::Tensor result = torch::empty_like(y);
    const float* values = y.data_ptr<float>();
    const float* from = gradient.data_ptr<float>();
    float* to = result.data_ptr<float>();
    for (std::int64_t i = 0; i < y.numel(); ++i) {
      to[i] = values[i] > low && values[i] < high ? from[i] : 0.0F;
    }
    return {result, {}, {}, {}};
  }
};

}  // namespace

torch::Tensor fake_quantise(const torch::Tensor& x, const compress::Quantisation& quantisation,
                            const compress::CodeRange& range) {
  return FakeQuantise::apply(x, quantisation.scale, double(range.low - quantisation.zero_point),
                             double(range.high - quantisation.zero_point));
}

}  // namespace vqrom::train
