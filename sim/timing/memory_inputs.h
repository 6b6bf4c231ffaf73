// SPDX-License-Identifier: Apache-2.0
// memory_inputs — what memory does in a cycle.
#pragma once

namespace vqrom::sim::timing {

struct MemoryInputs {
  bool ar_ready = false;
  bool aw_ready = false;
  bool w_ready = false;
  bool r_valid = false;
  bool r_last = false;
  bool r_is_load = false;  // its ID
  bool r_error = false;
  bool b_valid = false;
  bool b_error = false;
  friend bool operator==(const MemoryInputs&, const MemoryInputs&) = default;
};

}  // namespace vqrom::sim::timing
