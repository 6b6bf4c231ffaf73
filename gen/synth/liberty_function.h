// SPDX-License-Identifier: Apache-2.0
// liberty_function — the truth table of a Liberty `function` attribute.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vqrom::synth {

// One character, 0 or 1, for each input combination, counted in binary with the first input as the
// lowest bit. Operators as in the Liberty User Guide: ' after, ! before, then * & or nothing, then
// ^, then + |. Empty if the text is no such expression of these inputs. At most 6 inputs.
[[nodiscard]] std::string truth_table(std::string_view function,
                                      const std::vector<std::string>& inputs);

}  // namespace vqrom::synth
