// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/leaves.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "gen/leaf/contracts.h"
#include "sw/base/embedded.h"
#include "sw/base/error.h"

namespace vqrom::embedded {
std::span<const base::EmbeddedFile> leaf_files();
}

namespace vqrom::leaf {

const std::vector<netlist::Contract>& all_leaves() {
  static const std::vector<netlist::Contract> kLeaves = [] {
    std::vector<netlist::Contract> leaves;
    for (std::vector<netlist::Contract> group :
         {memory_leaves(), stream_leaves(), decode_leaves(), compute_leaves(), control_leaves(),
          run_leaves(), width_leaves()}) {
      std::move(group.begin(), group.end(), std::back_inserter(leaves));
    }
    return leaves;
  }();
  return kLeaves;
}

const netlist::Contract& find_leaf(std::string_view name) {
  const auto found =
      std::find_if(all_leaves().begin(), all_leaves().end(),
                   [&](const netlist::Contract& contract) { return contract.name == name; });
  VQROM_CHECK(found != all_leaves().end(), "no leaf {}", name);
  return *found;
}

std::string_view leaf_text(std::string_view name) {
  const std::string file = fmt::format("{}.v", name);
  for (const base::EmbeddedFile& each : embedded::leaf_files()) {
    if (each.name == file) return each.text;
  }
  VQROM_CHECK(false, "no text of leaf {}", name);
}

}  // namespace vqrom::leaf
