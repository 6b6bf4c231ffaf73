// SPDX-License-Identifier: Apache-2.0
// codeword_bytes_test — every element of every width comes back from the bits it was put into.
#include "sw/codebook/codeword_bytes.h"

#include <gtest/gtest.h>

namespace vqrom::codebook {
namespace {

TEST(CodewordBytes, PutsElementsFromTheLowestBitsOnAndNothingAbove) {
  Codebook codebook;
  codebook.entries = 2;
  codebook.dimension = 3;
  codebook.element_bits = 5;
  codebook.elements = {0, 0, 0, -1, 3, -15};
  const std::vector<std::uint8_t> bytes = codebook_bytes(codebook, 4);
  // 10001 00011 11111
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{0, 0, 0, 0, 0x7f, 0x44, 0, 0}));
}

TEST(CodewordBytes, GivesBackEveryElementOfEveryWidth) {
  for (int bits = 2; bits <= 8; ++bits) {
    Codebook codebook;
    codebook.dimension = 3;
    codebook.element_bits = bits;
    const int most = (1 << (bits - 1)) - 1;
    for (int value = -most; value <= most; ++value, ++codebook.entries) {
      for (const int element : {value, -value, most}) {
        codebook.elements.push_back(static_cast<std::int8_t>(element));
      }
    }
    const std::vector<std::uint8_t> bytes = codebook_bytes(codebook, 3);
    for (int i = 0; i < 3 * codebook.entries; ++i) {
      const auto codeword = std::span(bytes).subspan(static_cast<std::size_t>(i / 3 * 3), 3);
      ASSERT_EQ(element_of(codeword, i % 3, bits), codebook.elements[static_cast<std::size_t>(i)]);
    }
  }
}

}  // namespace
}  // namespace vqrom::codebook
