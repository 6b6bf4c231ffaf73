// SPDX-License-Identifier: Apache-2.0
// bus_word — the value of a port of up to 128 bits, without allocation.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>

namespace sc_core {
class sc_trace_file;
}

namespace vqrom::sim {

// Little-endian bytes; those above the bus's width are zero.
struct BusWord {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const BusWord&, const BusWord&) = default;
  friend std::ostream& operator<<(std::ostream& out, const BusWord& word) {
    for (auto byte = word.bytes.rbegin(); byte != word.bytes.rend(); ++byte) {
      out << "0123456789abcdef"[*byte >> 4] << "0123456789abcdef"[*byte & 15];
    }
    return out;
  }
  // Waves are recorded from the RTL, which has the same values in the same cycles.
  friend void sc_trace(sc_core::sc_trace_file*, const BusWord&, const std::string&) {}
};

}  // namespace vqrom::sim
