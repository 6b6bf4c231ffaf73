// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/subset.h"

#include <fmt/format.h>

#include "sw/base/checked.h"

namespace vqrom::codebook {

std::string subset_problem(const Subset& subset, int entries) {
  if (subset.index_bits < kSmallestIndexBits || subset.index_bits > kLargestIndexBits) {
    return fmt::format("index_bits is {}; must be from {} to {}", subset.index_bits,
                       kSmallestIndexBits, kLargestIndexBits);
  }
  if (subset.entries() > entries) {
    return fmt::format("index_bits is {}, which needs {} codewords; there are {}",
                       subset.index_bits, subset.entries(), entries);
  }
  if (subset.base < 0 || subset.base % subset.entries() != 0) {
    return fmt::format("base is {}; must be a multiple of 2^{} = {}", subset.base,
                       subset.index_bits, subset.entries());
  }
  if (subset.base > entries - subset.entries()) {
    return fmt::format("codewords {} to {} are wanted; there are {}", subset.base,
                       std::int64_t{subset.base} + subset.entries() - 1, entries);
  }
  return {};
}

Codebook codewords_of(const Codebook& codebook, const Subset& subset) {
  const std::string problem = subset_problem(subset, codebook.entries);
  VQROM_CHECK(problem.empty(), "{}", problem);
  Codebook part;
  part.entries = subset.entries();
  part.dimension = codebook.dimension;
  part.element_bits = codebook.element_bits;
  const auto first = codebook.elements.begin() + std::int64_t{subset.base} * codebook.dimension;
  part.elements.assign(first, first + std::int64_t{part.entries} * codebook.dimension);
  part.element_scale = codebook.element_scale;
  part.sha256 = codebook.sha256;
  part.provenance = base::Json::object();
  return part;
}

}  // namespace vqrom::codebook
