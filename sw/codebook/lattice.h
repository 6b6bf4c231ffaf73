// SPDX-License-Identifier: Apache-2.0
// lattice — the 256 magnitude patterns of the lattice codebook, and the scale that suits weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vqrom::codebook {

// Levels [256][8] of odd magnitudes 1, 3, 5 (halves of them are the absolute values of the points
// of D8 + 1/2): all 227 patterns whose squares sum to 40 or less, and 29 of those of 48, as QuIP#'s
// E8P has (Tseng et al. 2024, arXiv 2402.04396, section 4.2), in an order of our own:
//   pattern p < 192   3 where bit e of a set is 1, else 1. The set is p itself if it has at most 4
//                     bits, or is one of the first 29 of 5 bits; else the next set of at most 4
//                     bits among 192 … 255.
//   pattern 192 + p   5 at element p / 8, 3 at element p % 8 (none if that is the same), else 1.
// Most outputs so are bits of the address, which is what makes the ROM small.
[[nodiscard]] std::vector<std::uint8_t> lattice_levels();

// The scale of least squared error of the samples [n][8] with these codewords [k][8] of integers,
// by golden-section search on at most kScaleSamples of them.
inline constexpr std::int64_t kScaleSamples = 16384;
[[nodiscard]] double best_scale(std::span<const float> samples, int dimension,
                                std::span<const std::int8_t> elements);

}  // namespace vqrom::codebook
