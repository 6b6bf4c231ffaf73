// SPDX-License-Identifier: Apache-2.0
// accelerator_model — the SystemC accelerator as a CycleModel; no header of SystemC.
#pragma once

#include <memory>

#include "sim/core/bundle.h"
#include "sim/core/cycle_model.h"
#include "sw/codebook/codebook.h"

namespace vqrom::sim {

// Ports are those of the bundle's top, vq_accelerator. The codebook is the bundle's, or empty if no
// program reads one. SystemC elaborates once a process: make all models before the first settle()
// of any. Errors: codebook.mismatch.
[[nodiscard]] std::unique_ptr<CycleModel> make_systemc_accelerator(
    const Bundle& bundle, const codebook::Codebook& codebook);

}  // namespace vqrom::sim
