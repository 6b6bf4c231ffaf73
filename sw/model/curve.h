// SPDX-License-Identifier: Apache-2.0
// curve — activation functions that are no clamp: one real function of each element.
#pragma once

#include <string_view>

#include "sw/model/model.h"

namespace vqrom::model {

// The definition in double precision, from the ONNX operator specification.
[[nodiscard]] double curve_value(const Curve& curve, double x);

// "sigmoid", "leaky relu", …
[[nodiscard]] std::string_view curve_name(CurveKind kind);

}  // namespace vqrom::model
