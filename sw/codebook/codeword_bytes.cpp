// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/codeword_bytes.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::codebook {

void put_codeword(const Codebook& codebook, int index, std::span<std::uint8_t> to) {
  const int bits = codebook.element_bits;
  VQROM_CHECK(std::ssize(to) * 8 >= std::int64_t{codebook.dimension} * bits, "{} bytes", to.size());
  std::ranges::fill(to, std::uint8_t{0});
  for (int i = 0; i < codebook.dimension * bits; ++i) {
    const int element =
        codebook.elements[static_cast<std::size_t>(index * codebook.dimension + i / bits)];
    if ((static_cast<unsigned>(element) >> i % bits & 1U) == 0) continue;
    to[static_cast<std::size_t>(i / 8)] |= static_cast<std::uint8_t>(1U << i % 8);
  }
}

std::int8_t element_of(std::span<const std::uint8_t> codeword, int element, int element_bits) {
  int value = 0;
  for (int i = 0; i < element_bits; ++i) {
    const int at = element * element_bits + i;
    value |= (codeword[static_cast<std::size_t>(at / 8)] >> at % 8 & 1) << i;
  }
  const int sign = 1 << (element_bits - 1);
  return static_cast<std::int8_t>((value ^ sign) - sign);
}

std::vector<std::uint8_t> codebook_bytes(const Codebook& codebook, int bytes) {
  const auto each = static_cast<std::size_t>(bytes);
  std::vector<std::uint8_t> all(static_cast<std::size_t>(codebook.entries) * each);
  for (int i = 0; i < codebook.entries; ++i) {
    put_codeword(codebook, i, std::span(all).subspan(static_cast<std::size_t>(i) * each, each));
  }
  return all;
}

}  // namespace vqrom::codebook
