// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/structure.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <numeric>

#include "sw/base/error.h"

namespace vqrom::codebook {
namespace {

constexpr unsigned kOffsetBit = 7;  // of a lattice index
constexpr unsigned kSignBits = 7;

int sign_split_element(unsigned level, bool negative) {
  const int magnitude = 2 * static_cast<int>(level) + 1;
  return negative ? -magnitude : magnitude;
}

// Bit e of the result tells whether 2-adic digit 1 of element e's signed odd magnitude is set: with
// an even number of them, the magnitudes' sum is a multiple of 4.
unsigned even_bits(unsigned lower) {
  const unsigned given = lower & ((1U << kSignBits) - 1);
  return given | (std::popcount(given) % 2 != 0 ? 1U << kSignBits : 0U);
}

int lattice_element(unsigned level, bool digit, bool offset) {
  const bool negative = digit != ((level & 1U) != 0);
  return 2 * sign_split_element(level, negative) + (offset ? 1 : -1);
}

}  // namespace

int level_bits(Structure structure, int element_bits) {
  VQROM_CHECK(structure != Structure::kTable, "a table has no levels");
  return structure == Structure::kLattice ? kLatticeElementBits - 3 : element_bits - 2;
}

std::string_view size_problem(Structure structure, int entries, int dimension, int element_bits) {
  switch (structure) {
    case Structure::kTable:
      return {};
    case Structure::kSignSplit:
      if (element_bits < kSmallestSplitBits) return "must have elements of 3 bits or more";
      if (!std::has_single_bit(static_cast<unsigned>(entries)) || entries >> dimension < 2) {
        return "must have 2^n entries, with n of dimension + 1 or more";
      }
      return {};
    case Structure::kLattice:
      if (entries == kLatticeEntries && dimension == kLatticeDimension &&
          element_bits == kLatticeElementBits) {
        return {};
      }
      return "must have 65536 entries, dimension 8 and elements of 5 bits";
  }
  return {};
}

std::vector<std::int8_t> expand(Structure structure, int dimension,
                                std::span<const std::uint8_t> levels) {
  VQROM_CHECK(structure != Structure::kTable, "a table is its own expansion");
  const auto width = static_cast<std::size_t>(dimension);
  std::vector<std::int8_t> elements;
  elements.reserve(levels.size() << dimension);
  for (std::size_t word = 0; word < levels.size(); word += width) {
    for (unsigned lower = 0; lower < 1U << dimension; ++lower) {
      const bool lattice = structure == Structure::kLattice;
      const unsigned bits = lattice ? even_bits(lower) : lower;
      for (std::size_t e = 0; e < width; ++e) {
        const bool bit = (bits >> e & 1U) != 0;
        const int value =
            lattice ? lattice_element(levels[word + e], bit, (lower >> kOffsetBit & 1U) != 0)
                    : sign_split_element(levels[word + e], bit);
        elements.push_back(static_cast<std::int8_t>(value));
      }
    }
  }
  return elements;
}

std::vector<std::uint8_t> levels_of(const Codebook& codebook) {
  const auto width = static_cast<std::size_t>(codebook.dimension);
  const std::size_t step = width << codebook.dimension;  // elements of one word of the ROM
  std::vector<std::uint8_t> levels;
  for (std::size_t word = 0; word < codebook.elements.size(); word += step) {
    for (std::size_t e = 0; e < width; ++e) {
      // Index 0 of the word: of the lattice with offset -1.
      const int element = codebook.elements[word + e];
      const int odd = codebook.structure == Structure::kLattice ? (element + 1) / 2 : element;
      levels.push_back(static_cast<std::uint8_t>((std::abs(odd) - 1) / 2));
    }
  }
  return levels;
}

void check_structure(const Codebook& codebook, std::string_view place) {
  if (codebook.structure == Structure::kTable) return;
  const std::string_view name = text_of(codebook.structure);
  const std::string_view problem =
      size_problem(codebook.structure, codebook.entries, codebook.dimension, codebook.element_bits);
  if (!problem.empty()) {
    throw base::UserError(
        "codebook.structure", std::string(place),
        fmt::format("{} entries, dimension {} and elements of {} bits; a {} codebook {}",
                    codebook.entries, codebook.dimension, codebook.element_bits, name, problem));
  }
  const std::vector<std::int8_t> expected =
      expand(codebook.structure, codebook.dimension, levels_of(codebook));
  const auto differs = std::ranges::mismatch(codebook.elements, expected).in1;
  if (differs == codebook.elements.end()) return;
  const auto at = differs - codebook.elements.begin();
  throw base::UserError(
      "codebook.structure", std::string(place),
      fmt::format(
          "element {} of codeword {} is {}; must be {} in a {} codebook that has codeword {}",
          at % codebook.dimension, at / codebook.dimension, *differs,
          expected[static_cast<std::size_t>(at)], name,
          (at / codebook.dimension) >> codebook.dimension << codebook.dimension));
}

}  // namespace vqrom::codebook
