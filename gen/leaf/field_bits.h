// SPDX-License-Identifier: Apache-2.0
// field_bits — widths, in bits, of what every accelerator passes between its blocks and leaves.
#pragma once

namespace vqrom::leaf {

inline constexpr int kCodeBits = 8;
inline constexpr int kAddressBits = 16;  // of the buffers' ports; a buffer takes what it needs
inline constexpr int kCountBits = 12;    // of kernels, maps, groups and blocks
inline constexpr int kSumBits = 32;
inline constexpr int kMultiplierBits = 31;
inline constexpr int kShiftBits = 6;
inline constexpr int kBoundsBits = 3 * kCodeBits;  // high, low, zero point
inline constexpr int kParameterBits = kSumBits + kMultiplierBits + kShiftBits;  // of a column
inline constexpr int kEntryBits = 128;  // of a parameter entry, as memory and its buffer hold it

}  // namespace vqrom::leaf
