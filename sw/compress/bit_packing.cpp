// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/bit_packing.h"

#include "sw/base/error.h"

namespace vqrom::compress {

std::vector<std::uint8_t> pack_bits(std::span<const std::int32_t> numbers, int bits) {
  VQROM_CHECK(bits >= 1 && bits <= 16, "{} bits", bits);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(static_cast<std::size_t>(packed_bytes(std::ssize(numbers), bits)));
  std::uint32_t pending = 0;
  int pending_bits = 0;
  for (const std::int32_t number : numbers) {
    VQROM_CHECK(number >= 0 && number >> bits == 0, "{} does not fit {} bits", number, bits);
    pending |= static_cast<std::uint32_t>(number) << pending_bits;
    pending_bits += bits;
    for (; pending_bits >= 8; pending_bits -= 8, pending >>= 8) {
      bytes.push_back(static_cast<std::uint8_t>(pending & 0xff));
    }
  }
  if (pending_bits > 0) bytes.push_back(static_cast<std::uint8_t>(pending));
  return bytes;
}

std::vector<std::int32_t> unpack_bits(std::span<const std::uint8_t> bytes, std::int64_t count,
                                      int bits) {
  VQROM_CHECK(bits >= 1 && bits <= 16, "{} bits", bits);
  VQROM_CHECK(std::ssize(bytes) == packed_bytes(count, bits), "{} bytes for {} numbers of {} bits",
              bytes.size(), count, bits);
  std::vector<std::int32_t> numbers;
  numbers.reserve(static_cast<std::size_t>(count));
  const std::uint32_t mask = (std::uint32_t{1} << bits) - 1;
  std::uint32_t pending = 0;
  int pending_bits = 0;
  auto next = bytes.begin();
  for (std::int64_t i = 0; i < count; ++i) {
    for (; pending_bits < bits; pending_bits += 8) {
      pending |= static_cast<std::uint32_t>(*next++) << pending_bits;
    }
    numbers.push_back(static_cast<std::int32_t>(pending & mask));
    pending >>= bits;
    pending_bits -= bits;
  }
  return numbers;
}

}  // namespace vqrom::compress
