// SPDX-License-Identifier: Apache-2.0
// adam — the optimiser (Kingma and Ba 2015), its state in plain tensors so that it can be resumed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/types.h>

namespace vqrom::train {

// What kind of number a parameter is: each kind has its learning rate.
enum class ParameterKind { kRatios, kScales, kBiases, kWeights };

// A trainable tensor and what Adam remembers of its gradients.
struct Parameter {
  Parameter(std::string its_name, ParameterKind its_kind, torch::Tensor its_value);

  std::string name;  // of the checkpoint's tensors
  ParameterKind kind;
  torch::Tensor value;   // a leaf that requires gradients
  torch::Tensor mean;    // moving average of the gradient
  torch::Tensor square;  // and of its square
  // What a rate of 1 means for this tensor: networks keep numbers of any size, so what is no
  // logarithm moves relative to its layer's.
  double unit = 1.0;
};

// One step, the `step`-th from 1; `rate` is that of the parameter's kind. Clears the gradient;
// a parameter without one is left as it is.
void adam_step(Parameter& parameter, std::int64_t step, double rate);

}  // namespace vqrom::train
