// SPDX-License-Identifier: Apache-2.0
// forever — more cycles than any program runs, for what does not end by itself.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

inline constexpr std::int64_t kForever = std::int64_t{1} << 40;

}  // namespace vqrom::sim::timing
