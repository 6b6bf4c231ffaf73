// SPDX-License-Identifier: Apache-2.0
// rounding — codewords to integers: the element scale of least squared error.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vqrom::codebook {

enum class Integers { kAll, kOdd };

// The values that a codeword element may have: scale times an integer of ±(2^(bits-1) - 1).
struct ElementGrid {
  int bits = 8;
  double scale = 1.0;
  Integers integers = Integers::kAll;

  [[nodiscard]] int largest() const { return (1 << (bits - 1)) - 1; }
  // The nearest integer, clipped; ties away from zero, upwards where all are odd.
  [[nodiscard]] std::int8_t round(double value) const;
};

// The grid of least error sum over codewords of weight * ||c - rounded c||^2: a search over the
// ratio between the largest element and the largest value of the grid. codewords [k][d],
// weights [k] (how many sub-vectors a codeword stands for).
[[nodiscard]] ElementGrid best_grid(std::span<const float> codewords, int dimension,
                                    std::span<const double> weights, int bits,
                                    Integers integers = Integers::kAll);

}  // namespace vqrom::codebook
