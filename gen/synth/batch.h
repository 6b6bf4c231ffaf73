// SPDX-License-Identifier: Apache-2.0
// batch — designs of several plans, synthesised together with progress shown, longest first.
#pragma once

#include <vector>

#include "gen/synth/yosys.h"

namespace vqrom::synth {

class Batch {
 public:
  // Returns the number to ask for the areas with.
  std::size_t add(const std::vector<Design>& designs);
  // Errors: tool.failed, area.unmapped.
  void run(const Yosys& yosys);
  // Of one plan, in the order of its designs; after run().
  [[nodiscard]] std::vector<Area> areas(std::size_t plan) const;

 private:
  std::vector<Design> designs_;
  std::vector<std::size_t> begins_;
  std::vector<Area> areas_;
};

}  // namespace vqrom::synth
