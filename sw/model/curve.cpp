// SPDX-License-Identifier: Apache-2.0
#include "sw/model/curve.h"

#include <algorithm>
#include <cmath>

#include "sw/base/error.h"

namespace vqrom::model {
namespace {

double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

double hard_sigmoid(const Curve& curve, double x) {
  return std::clamp(double{curve.alpha} * x + double{curve.beta}, 0.0, 1.0);
}

}  // namespace

double curve_value(const Curve& curve, double x) {
  switch (curve.kind) {
    case CurveKind::kSigmoid:
      return sigmoid(x);
    case CurveKind::kTanh:
      return std::tanh(x);
    case CurveKind::kLeakyRelu:
      return x < 0.0 ? double{curve.alpha} * x : x;
    case CurveKind::kElu:
      return x < 0.0 ? double{curve.alpha} * std::expm1(x) : x;
    case CurveKind::kHardSigmoid:
      return hard_sigmoid(curve, x);
    case CurveKind::kHardSwish:
      return x * hard_sigmoid(curve, x);
    case CurveKind::kSilu:
      return x * sigmoid(x);
  }
  VQROM_CHECK(false, "curve {}", static_cast<int>(curve.kind));
  return 0.0;
}

std::string_view curve_name(CurveKind kind) {
  switch (kind) {
    case CurveKind::kSigmoid:
      return "sigmoid";
    case CurveKind::kTanh:
      return "tanh";
    case CurveKind::kLeakyRelu:
      return "leaky relu";
    case CurveKind::kElu:
      return "elu";
    case CurveKind::kHardSigmoid:
      return "hard sigmoid";
    case CurveKind::kHardSwish:
      return "hard swish";
    case CurveKind::kSilu:
      return "silu";
  }
  VQROM_CHECK(false, "curve {}", static_cast<int>(kind));
  return "";
}

}  // namespace vqrom::model
