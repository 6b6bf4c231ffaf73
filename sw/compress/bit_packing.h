// SPDX-License-Identifier: Apache-2.0
// bit_packing — unsigned numbers of a few bits each, packed without gaps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vqrom::compress {

// Bytes that `count` numbers of `bits` bits take: ceil(count * bits / 8).
[[nodiscard]] constexpr std::int64_t packed_bytes(std::int64_t count, int bits) {
  return (count * bits + 7) / 8;
}

// Little-endian bit order: number i occupies bits i*bits … i*bits + bits - 1 of the stream, bit b
// of the stream is bit b % 8 of byte b / 8. Bits past the last number are zero. Aborts on numbers
// that do not fit; bits is 1 … 16.
[[nodiscard]] std::vector<std::uint8_t> pack_bits(std::span<const std::int32_t> numbers, int bits);
[[nodiscard]] std::vector<std::int32_t> unpack_bits(std::span<const std::uint8_t> bytes,
                                                    std::int64_t count, int bits);

}  // namespace vqrom::compress
