// SPDX-License-Identifier: Apache-2.0
#include "sim/core/cycle_model.h"

#include "sw/base/error.h"

namespace vqrom::sim {

int CycleModel::port(std::string_view name) const {
  const auto& all = ports();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return static_cast<int>(i);
  }
  VQROM_CHECK(false, "the model has no port '{}'", name);
}

}  // namespace vqrom::sim
