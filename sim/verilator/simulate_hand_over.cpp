// SPDX-License-Identifier: Apache-2.0
// simulate_hand_over — vqrom-simulate becomes vqrom-simulate-values where values are computed.
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "sim/verilator/simulate_options.h"
#include "sw/base/error.h"

namespace vqrom::sim {

void simulate_values(const SimulateOptions& /*options*/, char** argv) {
  const std::filesystem::path program =
      std::filesystem::canonical("/proc/self/exe").parent_path() / "vqrom-simulate-values";
  ::execv(program.c_str(), argv);
  throw base::UserError("tool.missing", program.string(),
                        fmt::format("cannot be run: {}", std::strerror(errno)));
}

}  // namespace vqrom::sim
