// SPDX-License-Identifier: Apache-2.0
// instruction_port — an instruction at a port: its fields as slices, and the bits nobody takes.
#pragma once

#include <string>
#include <vector>

#include "gen/config/instruction_set.h"
#include "gen/netlist/netlist.h"

namespace vqrom::blocks {

class InstructionPort {
 public:
  // `word` has the bits of an instruction of `format`; local parameters begin with `prefix`.
  InstructionPort(netlist::Module& module, const netlist::Net& word, const char* format,
                  std::string prefix)
      : m_(module), word_(word), format_(format), prefix_(std::move(prefix)) {}

  // Bits first … first+width-1 of the field; a local parameter is the field's lowest bit.
  netlist::Slice take(const char* field, const netlist::Expression& first,
                      const netlist::Expression& width);
  // Gives the bits that were not taken to the unused net `name`.
  void drop_rest(const std::string& name);

 private:
  netlist::Module& m_;
  const netlist::Net word_;
  const char* format_;
  const std::string prefix_;
  std::vector<bool> taken_ = std::vector<bool>(config::kInstructionBits, false);
};

}  // namespace vqrom::blocks
