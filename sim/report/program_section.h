// SPDX-License-Identifier: Apache-2.0
// program_section — a whole network on the accelerator: where its cycles and its bytes go.
#pragma once

#include "sim/report/sections.h"

namespace vqrom::report {

// `network` has a program's run. Errors: report.content.
[[nodiscard]] Section program_section(const NetworkResults& network);

}  // namespace vqrom::report
