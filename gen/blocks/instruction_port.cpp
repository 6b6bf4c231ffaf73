// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/instruction_port.h"

#include <algorithm>
#include <cctype>

#include "sw/base/error.h"

namespace vqrom::blocks {

using netlist::Expression;
using netlist::Slice;

Slice InstructionPort::take(const char* field, const Expression& first, const Expression& width) {
  const config::Field& place = config::instruction_field(format_, field);
  std::string name = prefix_ + "_" + field;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const Expression lsb = m_.localparam(name, place.lsb, "lowest bit of the field");
  const int begin = place.lsb + m_.value(first);
  const int count = m_.value(width);
  VQROM_CHECK(begin + count <= place.lsb + place.width, "{}.{} has {} bits", format_, field,
              place.width);
  std::fill_n(taken_.begin() + begin, count, true);
  return word_.slice(m_.value(first) == 0 ? lsb : lsb + first, width);
}

void InstructionPort::drop_rest(const std::string& name) {
  std::vector<netlist::Part> parts;
  int width = 0;
  for (int bit = config::kInstructionBits - 1; bit >= 0; --bit) {
    if (taken_[static_cast<std::size_t>(bit)]) continue;
    const int high = bit;
    while (bit > 0 && !taken_[static_cast<std::size_t>(bit - 1)]) --bit;
    parts.emplace_back(word_.slice(bit, high - bit + 1));
    width += high - bit + 1;
  }
  m_.assign(m_.unused(name, width), std::move(parts));
}

}  // namespace vqrom::blocks
