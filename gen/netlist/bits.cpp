// SPDX-License-Identifier: Apache-2.0
#include "gen/netlist/bits.h"

#include "sw/base/error.h"

namespace vqrom::netlist {
namespace {

constexpr int kLimb = 64;

}  // namespace

Bits::Bits(int width, std::uint64_t value) : Bits(width) {
  VQROM_CHECK(width >= kLimb || value >> width == 0, "{} does not fit {} bits", value, width);
  set(0, width < kLimb ? width : kLimb, value);
}

bool Bits::bit(int position) const {
  VQROM_CHECK(position >= 0 && position < width_, "bit {} of {}", position, width_);
  return (limbs_[static_cast<std::size_t>(position / kLimb)] >> (position % kLimb) & 1) != 0;
}

void Bits::set(int lsb, int count, std::uint64_t value) {
  VQROM_CHECK(lsb >= 0 && count <= kLimb && lsb + count <= width_, "{} bits at {} of {}", count,
              lsb, width_);
  for (int i = 0; i < count; ++i) {
    std::uint64_t& limb = limbs_[static_cast<std::size_t>((lsb + i) / kLimb)];
    const std::uint64_t mask = std::uint64_t{1} << ((lsb + i) % kLimb);
    limb = (value >> i & 1) != 0 ? limb | mask : limb & ~mask;
  }
}

int Bits::significant_bits() const {
  int position = width_;
  while (position > 0 && !bit(position - 1)) --position;
  return position;
}

std::string Bits::hex() const {
  std::string digits;
  for (int digit = (width_ + 3) / 4 - 1; digit >= 0; --digit) {
    const std::uint64_t limb = limbs_[static_cast<std::size_t>(digit / 16)];
    digits += "0123456789abcdef"[limb >> (4 * (digit % 16)) & 0xf];
  }
  return digits;
}

}  // namespace vqrom::netlist
