// SPDX-License-Identifier: Apache-2.0
// subset — an aligned part of a codebook, for layers whose indices are shorter.
#pragma once

#include <string>

#include "sw/codebook/codebook.h"

namespace vqrom::codebook {

inline constexpr int kSmallestIndexBits = 1;
inline constexpr int kLargestIndexBits = 16;

// The codewords base … base + 2^index_bits - 1; base is a multiple of their number, so that it is
// nothing but the upper bits of the codebook's index. A layer's indices count from base.
struct Subset {
  int index_bits = 0;
  int base = 0;
  [[nodiscard]] int entries() const { return 1 << index_bits; }
  friend bool operator==(const Subset&, const Subset&) = default;
};

// What keeps `subset` from being a part of a codebook of so many codewords: value found and values
// allowed; empty if nothing does.
[[nodiscard]] std::string subset_problem(const Subset& subset, int entries);

// The subset's codewords alone, as a table, to be searched like any codebook. It keeps the
// codebook's hash: its indices mean something only with that codebook and the subset's base.
[[nodiscard]] Codebook codewords_of(const Codebook& codebook, const Subset& subset);

}  // namespace vqrom::codebook
