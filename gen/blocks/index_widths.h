// SPDX-License-Identifier: Apache-2.0
// index_widths — what the RTL must know of an accelerator's index widths.
#pragma once

#include <algorithm>
#include <numeric>

#include "gen/config/accelerator_config.h"
#include "sw/base/checked.h"

namespace vqrom::blocks {

struct IndexWidths {
  explicit IndexWidths(const config::AcceleratorConfig& config) {
    const std::vector<int> widths = config.index_widths();
    base_bits = widths.front() - widths.back();
    select_bits = std::max(1, base::ceil_log2(widths.size()));
    unit = config.bus.data_bits;
    for (const int bits : widths) {
      set |= 1 << bits;
      unit = std::gcd(unit, config.codebook.read_ports * bits);
    }
  }

  int set = 0;          // bit w: there are indices of w bits
  int base_bits = 0;    // bits of a base: those above the narrowest index
  int select_bits = 1;  // bits that tell the widths apart
  int unit = 1;         // bits that divide a bus word and all beats
};

}  // namespace vqrom::blocks
