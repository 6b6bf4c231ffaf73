// SPDX-License-Identifier: Apache-2.0
// verilog_hash — tells when the generator makes other Verilog: areas that a study keeps are then
// old.
#pragma once

#include <string>

namespace vqrom::study {

// SHA-256 of all leaves and of what the generator makes of a small table in every kind of store.
[[nodiscard]] std::string verilog_hash();

}  // namespace vqrom::study
