// SPDX-License-Identifier: Apache-2.0
#include "sw/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vqrom::train {

double Schedule::rate(double part) const {
  if (part < warm_up) return part / warm_up;
  const double rest = (part - warm_up) / (1.0 - warm_up);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(rest, 1.0)));
}

double Schedule::frozen_share(double part) const {
  if (part >= freeze_end) return 1.0;
  const double x = std::max(0.0, (part - freeze_begin) / (freeze_end - freeze_begin));
  return 1.0 - (1.0 - x) * (1.0 - x);
}

double Schedule::ratio_loss(double part) const {
  return std::min(1.0, part / freeze_end);
}

}  // namespace vqrom::train
