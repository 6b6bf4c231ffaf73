// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/nested.h"

#include <algorithm>

#include "sw/codebook/nearest.h"
#include "sw/codebook/subset.h"

namespace vqrom::codebook {

Refinement refine_nested(std::span<const float> samples, int dimension,
                         const std::vector<float>& drawn, std::int64_t smallest, bool given,
                         LloydSettings settings) {
  const std::int64_t entries = std::ssize(drawn) / dimension;
  Refinement grown;
  std::vector<double> errors;
  settings.fixed = 0;
  for (std::int64_t size = std::min(smallest, entries);; size = std::min(2 * size, entries)) {
    grown.codewords.insert(grown.codewords.end(), drawn.begin() + std::ssize(grown.codewords),
                           drawn.begin() + size * dimension);
    if (!given) {
      settings.iterations =
          default_iterations(std::ssize(samples) / dimension, static_cast<int>(size), dimension);
    }
    grown = refine(samples, dimension, std::move(grown.codewords), settings);
    errors.insert(errors.end(), grown.errors.begin(), grown.errors.end());
    settings.fixed = size;
    if (size == entries) break;
  }
  grown.errors = std::move(errors);
  return grown;
}

std::int64_t fixed_before_last(std::int64_t smallest, std::int64_t entries) {
  if (smallest >= entries) return 0;
  std::int64_t fixed = smallest;
  while (2 * fixed < entries) fixed *= 2;
  return fixed;
}

std::vector<double> errors_of(std::span<const std::vector<float>> samples,
                              const Codebook& codebook) {
  const std::vector<float> codewords = values_of(codebook);
  const NearestSearch search(codewords, codebook.entries, codebook.dimension);
  std::vector<double> errors;
  for (const std::vector<float>& sample : samples) {
    errors.push_back(
        mean_squared_error(sample, codewords, codebook.dimension, search.find(sample)));
  }
  return errors;
}

std::vector<SubsetErrors> subset_errors(const Codebook& codebook, int smallest,
                                        std::span<const std::vector<float>> samples) {
  std::vector<SubsetErrors> result;
  for (int bits = smallest; bits <= codebook.index_bits(); ++bits) {
    Codebook first = codebook;
    first.entries = std::min(1 << bits, codebook.entries);
    first.elements.resize(static_cast<std::size_t>(first.entries) *
                          static_cast<std::size_t>(codebook.dimension));
    result.push_back({bits, errors_of(samples, first)});
  }
  return result;
}

}  // namespace vqrom::codebook
