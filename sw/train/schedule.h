// SPDX-License-Identifier: Apache-2.0
// schedule — how learning rates, freezing and the ratio loss move while training goes on.
#pragma once

namespace vqrom::train {

// All functions of `part`, the share of all steps that are done, 0 … 1.
struct Schedule {
  double warm_up = 0.02;       // learning rates rise from zero until here
  double freeze_begin = 0.15;  // nothing is frozen before
  double freeze_end = 0.75;    // everything is frozen from here on

  // Factor of every learning rate: linear warm-up, then a half cosine down to zero.
  [[nodiscard]] double rate(double part) const;
  // The share of sub-vectors that must be frozen: 1 - (1 - x)^2 with x from freeze_begin to
  // freeze_end; the easy ones go fast, the last ones get time.
  [[nodiscard]] double frozen_share(double part) const;
  [[nodiscard]] bool may_freeze(double part) const { return part >= freeze_begin; }
  // Factor of the ratio loss: rises linearly until freeze_end.
  [[nodiscard]] double ratio_loss(double part) const;
};

}  // namespace vqrom::train
