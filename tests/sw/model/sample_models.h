// SPDX-License-Identifier: Apache-2.0
// sample_models — small models that several tests share.
#pragma once

#include "sw/model/model.h"

namespace vqrom::model {

// Every operator once, with every option that the writer has; 2x8x8 in, 6 classes out. Weights are
// small seeded numbers.
[[nodiscard]] Model every_operator();

}  // namespace vqrom::model
