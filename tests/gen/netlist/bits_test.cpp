// SPDX-License-Identifier: Apache-2.0
// bits_test — constants wider than any machine word keep every bit.
#include "gen/netlist/bits.h"

#include <gtest/gtest.h>

namespace vqrom::netlist {
namespace {

TEST(Bits, PrintsAllDigitsOfItsWidth) {
  EXPECT_EQ(Bits(5, 0x1f).hex(), "1f");
  EXPECT_EQ(Bits(12, 0xa).hex(), "00a");
  EXPECT_EQ(Bits(68, 1).hex(), "00000000000000001");
}

TEST(Bits, WritesAcrossTheWordBoundary) {
  Bits bits(128);
  bits.set(60, 8, 0xa5);
  EXPECT_EQ(bits.hex(), "000000000000000a5000000000000000");
  EXPECT_EQ(bits.significant_bits(), 68);
  bits.set(60, 8, 0);
  EXPECT_EQ(bits.significant_bits(), 0);
}

}  // namespace
}  // namespace vqrom::netlist
