// SPDX-License-Identifier: Apache-2.0
// order — labels for the words of a ROM so that its logic shrinks: labels are free until a network
// is compressed.
//
// Neighbours in the address should hold similar words, for then output bits seldom change with it.
// docs/theory/codebook.md, "Order", compares what the ways to get there bring.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

#include "sw/codebook/codebook.h"

namespace vqrom::codebook {

inline constexpr int kWidestWord = kLargestDimension * kLargestElementBits;
using RomWord = std::bitset<kWidestWord>;

// What the ROM of this codebook holds: codewords, or levels of a structured one.
[[nodiscard]] std::vector<RomWord> rom_words(const Codebook& codebook);

// The codebook with word order[i] of its ROM at address i: a new table and a new hash.
[[nodiscard]] Codebook reordered(const Codebook& codebook, std::span<const int> order);

// Bits that differ between words whose addresses differ in one bit, over all such pairs.
[[nodiscard]] std::int64_t address_changes(std::span<const RomWord> words,
                                           std::span<const int> order);

// A short tour through the words by their Hamming distance (nearest neighbour from word `first`,
// then 2-opt), laid along the Gray code of the addresses.
[[nodiscard]] std::vector<int> gray_tour(std::span<const RomWord> words, int first);

// Simulated annealing by exchanging two words: of the bits that differ between words whose
// addresses differ in one bit, each times the weight of that bit (those past the weights' end: 0).
// Groups of words that only bits without weight tell apart are then moved and turned over as
// wholes, so that words at the same place of neighbouring groups are alike too.
[[nodiscard]] std::vector<int> annealed(std::span<const RomWord> words,
                                        std::span<const double> weights, std::uint64_t seed);

}  // namespace vqrom::codebook
