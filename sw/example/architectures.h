// SPDX-License-Identifier: Apache-2.0
// architectures — the graphs of the two example networks, weights still zero.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sw/model/model.h"

namespace vqrom::example {

// "resnet": a 3x3 stem and three residual blocks of 16, 32 and 48 channels; the last two halve the
// map and have a 1x1 convolution as their shortcut; global average pooling; one Linear.
// "plain": convolutions of 5x5, 3x3 and 3x3, each followed by 2x2 maximum pooling except the
// last, then a Linear of 64 features and the classifier.
[[nodiscard]] const std::vector<std::string>& architecture_names();

// The Model named glyphs_<architecture>, from pictures {1, 1, 24, 24} to logits {1, 10}. `name`
// must be one of architecture_names().
[[nodiscard]] model::Model make_architecture(std::string_view name);

}  // namespace vqrom::example
