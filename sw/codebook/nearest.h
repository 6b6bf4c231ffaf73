// SPDX-License-Identifier: Apache-2.0
// nearest — exact nearest-codeword search at the speed of the machine's vector units.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vqrom::codebook {

// The vector instructions that the search is compiled for; all of them give the same indices.
enum class Instructions { kBaseline, kAvx2, kAvx512 };

[[nodiscard]] bool machine_has(Instructions instructions);
[[nodiscard]] Instructions widest_instructions();

// Codewords laid out for searching. Scores are computed in float32 in a fixed order of operations,
// so results are equal for any thread count and any machine; ties go to the smaller index.
class NearestSearch {
 public:
  // codewords [k][d], float32; d is 1 … kLargestDimension.
  NearestSearch(std::span<const float> codewords, int entries, int dimension,
                Instructions instructions = widest_instructions());

  // For each of the n sub-vectors [n][d]: the indices of the `nearest` codewords with the least
  // squared distance, best first: [n][nearest]; nearest is 1 … entries. All cores; may be
  // interrupted (base::Interrupted).
  [[nodiscard]] std::vector<std::int32_t> find(std::span<const float> sub_vectors,
                                               int nearest = 1) const;

  [[nodiscard]] int entries() const { return entries_; }
  [[nodiscard]] int dimension() const { return dimension_; }

 private:
  int entries_;
  int dimension_;
  Instructions instructions_;
  std::vector<float> transposed_;  // [blocks][d][block]
  std::vector<float> half_norms_;  // ||c||^2 / 2, padded with +infinity
};

}  // namespace vqrom::codebook
