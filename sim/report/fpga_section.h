// SPDX-License-Identifier: Apache-2.0
// fpga_section — the area of an accelerator on an FPGA, block by block, and its codebook's stores.
#pragma once

#include "sim/report/sections.h"

namespace vqrom::report {

// `area` is an area.json whose target is an FPGA. Errors: report.content.
[[nodiscard]] Section fpga_section(const Document& area);

}  // namespace vqrom::report
