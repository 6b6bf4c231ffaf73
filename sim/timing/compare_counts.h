// SPDX-License-Identifier: Apache-2.0
// compare_counts — two engines on one program: cycles, causes and counters of each layer.
#pragma once

#include <string>

#include "sim/core/program_runner.h"

namespace vqrom::sim {

// `engine` is what the other one is called. Errors: simulate.engines at `other.place`, a problem
// for each layer that differs, with the first count that does.
void check_same_counts(const ProgramResult& rtl, const ProgramResult& other,
                       const std::string& engine = "the timing engine");

}  // namespace vqrom::sim
