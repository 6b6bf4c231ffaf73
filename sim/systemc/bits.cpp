// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/bits.h"

#include <algorithm>

#include "sim/core/lockstep.h"
#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

constexpr int kChunk = 32;

constexpr std::uint64_t mask(int count) {
  return (std::uint64_t{1} << count) - 1;
}

}  // namespace

std::uint32_t Bits::get(int first, int count) const {
  std::uint64_t value = 0;
  const auto begin = static_cast<std::size_t>(first / 8);
  for (std::size_t i = 0; i < 5 && begin + i < bytes_.size(); ++i) {
    value |= std::uint64_t{bytes_[begin + i]} << (8 * i);
  }
  return static_cast<std::uint32_t>((value >> (first % 8)) & mask(count));
}

std::int32_t Bits::get_signed(int first, int count) const {
  const std::uint32_t value = get(first, count);
  const std::uint32_t sign = std::uint32_t{1} << (count - 1);
  return static_cast<std::int32_t>((value ^ sign) - sign);
}

void Bits::set(int first, int count, std::uint32_t value) {
  VQROM_CHECK(first + count <= width_, "bits {} to {} of {}", first, first + count - 1, width_);
  const std::uint64_t keep = ~(mask(count) << (first % 8));
  const std::uint64_t put = (value & mask(count)) << (first % 8);
  const auto begin = static_cast<std::size_t>(first / 8);
  for (std::size_t i = 0; i < 5 && begin + i < bytes_.size(); ++i) {
    bytes_[begin + i] = static_cast<std::uint8_t>((bytes_[begin + i] & (keep >> (8 * i))) |
                                                  ((put >> (8 * i)) & 0xff));
  }
}

Bits Bits::slice(int first, int count) const {
  Bits result(count);
  for (int at = 0; at < count; at += kChunk) {
    const int bits = std::min(kChunk, count - at);
    result.set(at, bits, get(first + at, bits));
  }
  return result;
}

void Bits::put(int first, const Bits& value) {
  for (int at = 0; at < value.width(); at += kChunk) {
    const int bits = std::min(kChunk, value.width() - at);
    set(first + at, bits, value.get(at, bits));
  }
}

std::ostream& operator<<(std::ostream& out, const Bits& bits) {
  return out << hex_text(bits.bytes(), bits.width());
}

}  // namespace vqrom::sim
