// SPDX-License-Identifier: Apache-2.0
// fake_quantise — activations on the grid of their codes, with a gradient that passes straight on.
#pragma once

#include <torch/types.h>

#include "sw/compress/quantised_network.h"

namespace vqrom::train {

// What the integers leave of a float32 tensor: scale * (clamp(round(x / scale) + zero_point, range)
// - zero_point). The gradient is 1 strictly inside the range and 0 where it clamps, so Relu is part
// of it (straight-through estimator; Bengio, Leonard, Courville 2013).
[[nodiscard]] torch::Tensor fake_quantise(const torch::Tensor& x,
                                          const compress::Quantisation& quantisation,
                                          const compress::CodeRange& range);

}  // namespace vqrom::train
