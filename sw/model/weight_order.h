// SPDX-License-Identifier: Apache-2.0
// weight_order — weights and features in the order in which the hardware meets them (NHWC).
#pragma once

#include <cstdint>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::model {

// For the tensor that `node` makes: element i in hardware order is element order[i] in the model's
// order. A map {1, C, H, W} is kept as [h][w][c]; a vector {1, F} keeps the order of the map that
// it was flattened from, since reshaping moves nothing in hardware.
// Errors: model.order (an operator that would mix features of different orders).
[[nodiscard]] std::vector<std::int64_t> hardware_order(const Model& model, const Node& node);

// The weights of a Conv or Linear node as [out][kernel_h][kernel_w][in/groups]; a Linear is
// [out][1][1][in] with its columns in the hardware order of its input. Errors: model.order.
[[nodiscard]] std::vector<float> hardware_order_weights(const Model& model, const Node& node);

// The inverse: weights in hardware order as the node's own `weights` has them. Errors: model.order.
[[nodiscard]] std::vector<float> model_order_weights(const Model& model, const Node& node,
                                                     const std::vector<float>& hardware);

}  // namespace vqrom::model
