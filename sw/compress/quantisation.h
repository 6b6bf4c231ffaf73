// SPDX-License-Identifier: Apache-2.0
// quantisation — the scale and zero point of every tensor, from what calibration saw.
#pragma once

#include <vector>

#include "sw/compress/calibration.h"
#include "sw/compress/quantised_network.h"
#include "sw/model/model.h"

namespace vqrom::compress {

// For each node the smallest node whose tensor must have the same scale and zero point, because
// codes move between them unchanged (MaxPool, Concat, Slice, Pad, Reshape, Clamp).
[[nodiscard]] std::vector<int> sharing_groups(const model::Model& model);

enum class Clipping { kLeastError, kNone };

// kLeastError: the range [low, high] around zero whose 256 codes give the least mean squared error:
// values inside lose step^2 / 12, values outside their distance to the range; zeros lose nothing,
// since zero has a code. kNone: from the smallest to the largest value. A range of positive values
// has the zero point -128.
[[nodiscard]] Quantisation choose_quantisation(const Histogram& histogram, Clipping clipping);

// By node; nodes of one sharing group are equal. The network's output is not clipped: its largest
// values are the ones that decide.
[[nodiscard]] std::vector<Quantisation> choose_quantisations(const model::Model& model,
                                                             const Calibration& calibration);

// The codes that an activation function leaves.
[[nodiscard]] CodeRange code_range(const model::Activation& activation,
                                   const Quantisation& quantisation);

// The table of an activation function between two quantisations: for each code from -128 on,
// clamp(round-half-to-even(curve(real) / scale_out) + zero_point_out).
[[nodiscard]] QTable table_of(const model::Curve& curve, const Quantisation& in,
                              const Quantisation& out);

}  // namespace vqrom::compress
