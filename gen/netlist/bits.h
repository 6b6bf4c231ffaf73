// SPDX-License-Identifier: Apache-2.0
// bits — a constant of any width: a word of a ROM, or a tied-off input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vqrom::netlist {

class Bits {
 public:
  explicit Bits(int width) : width_(width), limbs_((static_cast<std::size_t>(width) + 63) / 64) {}
  // `value` must fit the width.
  Bits(int width, std::uint64_t value);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] bool bit(int position) const;
  // Writes the low `count` (at most 64) bits of `value` at `lsb`.
  void set(int lsb, int count, std::uint64_t value);
  // Position of the highest 1 plus one; 0 for zero.
  [[nodiscard]] int significant_bits() const;
  // Lower-case hexadecimal digits, ceil(width / 4) of them.
  [[nodiscard]] std::string hex() const;

  friend bool operator==(const Bits&, const Bits&) = default;

 private:
  int width_;
  std::vector<std::uint64_t> limbs_;  // least significant first; bits above the width are 0
};

}  // namespace vqrom::netlist
