// SPDX-License-Identifier: Apache-2.0
#include "sw/train/adam.h"

#include <cmath>
#include <utility>

namespace vqrom::train {
namespace {

constexpr double kMeanDecay = 0.9;
constexpr double kSquareDecay = 0.999;
constexpr double kEpsilon = 1e-8;

}  // namespace

Parameter::Parameter(std::string its_name, ParameterKind its_kind, torch::Tensor its_value)
    : name(std::move(its_name)),
      kind(its_kind),
      value(its_value.contiguous().set_requires_grad(true)),
      mean(torch::zeros_like(value)),
      square(torch::zeros_like(value)) {}

void adam_step(Parameter& parameter, std::int64_t step, double rate) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor gradient = parameter.value.grad();
  if (!gradient.defined()) return;
  const auto steps = static_cast<double>(step);
  const double mean_bias = 1.0 - std::pow(kMeanDecay, steps);
  const double square_bias = 1.0 - std::pow(kSquareDecay, steps);
  parameter.mean.mul_(kMeanDecay).add_(gradient, 1.0 - kMeanDecay);
  parameter.square.mul_(kSquareDecay).addcmul_(gradient, gradient, 1.0 - kSquareDecay);
  const torch::Tensor root = (parameter.square / square_bias).sqrt_().add_(kEpsilon);
  parameter.value.addcdiv_(parameter.mean, root, -rate * parameter.unit / mean_bias);
  parameter.value.mutable_grad() = torch::Tensor();
}

}  // namespace vqrom::train
