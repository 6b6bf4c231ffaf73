// SPDX-License-Identifier: Apache-2.0
// constructions — codebooks with a structure that a decoder can use: signs apart, or a lattice.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sw/codebook/codebook.h"

namespace vqrom::codebook {

enum class Construction {
  kTable,      // free codewords, each stored
  kSignSplit,  // magnitudes are stored, an index's low d bits are signs (bit i set: element i < 0)
  kLattice,    // the 2^16 x 8 subset of E8 + 1/4 of QuIP# (E8P; Tseng et al. 2024)
};

[[nodiscard]] std::string_view name_of(Construction construction);

// Bits that a ROM must hold for it: all elements; those of the magnitudes (one bit fewer each, they
// have no sign); the lattice's 256 patterns of three values.
[[nodiscard]] std::int64_t stored_bits(Construction construction, const Codebook& codebook);

// Codebooks whose elements are written out in full, so that every tool takes them as any other;
// without hash and provenance. samples [n][d], normalised.

// entries / 2^d magnitude words, by Lloyd iterations on |samples|, on a grid of element_bits.
// Error: codebook.construction (entries is no multiple of 2^d).
[[nodiscard]] Codebook sign_split_codebook(std::span<const float> samples, int entries,
                                           int dimension, int element_bits, int iterations,
                                           std::uint64_t seed);

// 65,536 x 8 in quarters, ±11 at most (5 bits); the scale is the best for the samples. Error:
// codebook.construction (other entries or dimension).
[[nodiscard]] Codebook lattice_codebook(std::span<const float> samples, int entries, int dimension);

}  // namespace vqrom::codebook
