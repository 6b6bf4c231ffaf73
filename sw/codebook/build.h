// SPDX-License-Identifier: Apache-2.0
// build — one universal codebook from the sub-vectors of several networks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/codebook/sampling.h"

namespace vqrom::codebook {

struct BuildSettings {
  int entries = 256;
  int dimension = 4;
  int element_bits = 8;
  Structure structure = Structure::kTable;
  std::optional<double> bandwidth;      // Scott's rule if not given
  std::optional<int> refine;            // Lloyd iterations; see default_iterations
  std::optional<std::int64_t> samples;  // of each network; see default_samples
  // The first 2^w codewords are a codebook in themselves for each w from this one on (nested.h).
  std::optional<int> nested;
  std::uint64_t seed = 1;
};

struct NetworkResult {
  std::string network;
  std::int64_t available = 0;  // sub-vectors
  std::int64_t sampled = 0;
  double error = 0.0;  // squared error a weight of the samples with the final integer codewords
};

struct BuildResult {
  Codebook codebook;  // without provenance.networks
  std::vector<NetworkResult> networks;
  double bandwidth = 0.0;
  int iterations = 0;                // Lloyd iterations that ran
  std::int64_t duplicates = 0;       // codewords equal to an earlier one after rounding,
  std::int64_t duplicates_left = 0;  // and those left after fresh draws
};

// Samples of each network: as many as the largest has, but at most 2^18 of all together.
[[nodiscard]] std::int64_t default_samples(std::span<const NetworkVectors> networks, int dimension);

// Lloyd iterations: 50 (they stop earlier when they gain nothing), fewer where one costs so much
// that all would take more than 3e11 multiplications (5 s on two cores), but at least 4.
// `samples` counts those of all networks.
[[nodiscard]] int default_iterations(std::int64_t samples, int entries, int dimension);

// Errors: codebook.entries, codebook.dimension, codebook.element_bits, codebook.size (more
// codewords than different ones exist), codebook.structure (sizes that cannot have it),
// codebook.bandwidth, codebook.refine, codebook.samples, codebook.nested.
void check_settings(const BuildSettings& settings);

// 1. Equally many sub-vectors of each network (VQ4ALL).  2. Gaussian-kernel density estimate and
// codewords drawn from it.  3. Lloyd iterations on the samples, if any.  4. Elements rounded to
// integers, further Lloyd iterations on their grid (if any before), duplicates drawn anew.
// With `nested` step 3 goes level by level. sign_split: the same for the magnitudes, on the
// samples' absolute values. lattice: only the scale is fitted. Depends on nothing but its
// arguments. Errors: codebook.vectors (a network without sub-vectors), codebook.samples (fewer
// sub-vectors than codewords), those of check_settings.
[[nodiscard]] BuildResult build_codebook(std::span<const NetworkVectors> networks,
                                         const BuildSettings& settings);

}  // namespace vqrom::codebook
