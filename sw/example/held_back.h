// SPDX-License-Identifier: Apache-2.0
// held_back — a network's float accuracy on glyphs that nothing was trained or chosen with.
#pragma once

#include <cstdint>

#include "sw/model/accuracy.h"
#include "sw/model/model.h"

namespace vqrom::example {

// On the first `count` pictures of kTestSeed; `model` takes {1, 1, 24, 24}.
[[nodiscard]] model::Accuracy held_back_accuracy(const model::Model& model, std::int64_t count);

}  // namespace vqrom::example
