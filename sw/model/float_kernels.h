// SPDX-License-Identifier: Apache-2.0
// float_kernels — the float32 arithmetic of each operator on one sample.
#pragma once

#include <span>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::model {

// A tensor that is read or written: values in row-major order, and its extents {1, …}.
struct MapIn {
  std::span<const float> values;
  const Shape& shape;
};
struct MapOut {
  std::span<float> values;
  const Shape& shape;
};

// Without the activation.
void convolve(const Conv& op, const MapIn& in, const MapOut& out);
void pool_maximum(const MaxPool& op, const MapIn& in, const MapOut& out);
void pool_average(const AveragePool& op, const MapIn& in, const MapOut& out);
void concatenate(std::span<const MapIn> in, std::size_t axis, const MapOut& out);
void take_slice(const Slice& op, const MapIn& in, const MapOut& out);
void pad(const Pad& op, const MapIn& in, const MapOut& out);
void clamp(std::span<float> values, const Activation& activation);

}  // namespace vqrom::model
