// SPDX-License-Identifier: Apache-2.0
// bundle_design — the Verilog of a bundle as build_model takes it.
#pragma once

#include "sim/core/bundle.h"
#include "sim/verilator/model_build.h"

namespace vqrom::sim {

// The bundle's top, its vq_core (the same if that is the top), or any of its modules.
[[nodiscard]] VerilogDesign bundle_design(const Bundle& bundle);
[[nodiscard]] VerilogDesign core_design(const Bundle& bundle);
[[nodiscard]] VerilogDesign bundle_design(const Bundle& bundle, const std::string& module);

}  // namespace vqrom::sim
