// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/build.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "sw/codebook/density.h"
#include "sw/codebook/lloyd.h"
#include "sw/codebook/nearest.h"
#include "sw/codebook/rounding.h"

namespace vqrom::codebook {
namespace {

constexpr std::int64_t kMostSamples = std::int64_t{1} << 18;
constexpr int kMostIterations = 50;
constexpr int kFewestIterations = 4;
constexpr double kMultiplications = 3e11;
constexpr int kGridIterations = 3;  // after rounding, while they gain something
constexpr double kGridImprovement = 1e-3;
constexpr int kDrawsPerDuplicate = 20;
constexpr double kLargestBandwidth = 100.0;  // normalised weights have RMS 1

std::int64_t samples_per_network(std::span<const NetworkVectors> networks,
                                 const BuildSettings& settings) {
  const std::int64_t count =
      settings.samples.value_or(default_samples(networks, settings.dimension));
  std::int64_t available = 0;
  base::Problems problems;
  for (const NetworkVectors& network : networks) {
    const std::int64_t vectors = network.count(settings.dimension);
    available += std::min(vectors, count);
    if (vectors == 0) {
      problems.add("codebook.vectors", network.network,
                   fmt::format("no layer has {} input channels in a group, so there is nothing to "
                               "cut into codewords; use a smaller --dimension or fewer --dense",
                               settings.dimension));
    }
  }
  problems.throw_if_any();
  if (available < settings.entries) {
    throw base::UserError(
        "codebook.samples", "--entries",
        fmt::format("{} codewords of {} elements, but only {} sub-vectors to learn them from; use "
                    "fewer --entries, a smaller --dimension, more --samples or more networks",
                    settings.entries, settings.dimension, available));
  }
  return count;
}

// Rounds codewords to the grid; the floats become the values that the integers stand for.
std::vector<std::int8_t> round_all(const ElementGrid& grid, std::span<float> codewords) {
  std::vector<std::int8_t> elements;
  elements.reserve(codewords.size());
  for (float& value : codewords) {
    elements.push_back(grid.round(value));
    value = static_cast<float>(grid.scale * elements.back());
  }
  return elements;
}

// Remembers integer codewords and tells which ones it has met before.
class DuplicateFinder {
 public:
  explicit DuplicateFinder(int dimension) : dimension_(dimension) {}

  // Whether the codeword was not there before; remembers it.
  bool add(const std::int8_t* codeword) {
    return seen_.emplace(reinterpret_cast<const char*>(codeword), dimension_).second;
  }

 private:
  std::size_t dimension_;
  std::set<std::string> seen_;
};

// Draws codewords that equal an earlier one anew, as far as a few draws suffice.
void replace_duplicates(const KernelDensity& density, const ElementGrid& grid, int dimension,
                        base::Random& random, BuildResult& result) {
  std::vector<std::int8_t>& elements = result.codebook.elements;
  DuplicateFinder finder(dimension);
  std::vector<std::int8_t*> duplicates;
  for (std::size_t first = 0; first < elements.size(); first += dimension) {
    if (!finder.add(&elements[first])) duplicates.push_back(&elements[first]);
  }
  result.duplicates = result.duplicates_left = std::ssize(duplicates);
  std::vector<float> drawn;
  for (std::int8_t* duplicate : duplicates) {
    for (int attempt = 0; attempt < kDrawsPerDuplicate; ++attempt) {
      drawn.clear();
      density.draw(random, drawn);
      const std::vector<std::int8_t> fresh = round_all(grid, drawn);
      if (!finder.add(fresh.data())) continue;
      std::copy(fresh.begin(), fresh.end(), duplicate);
      --result.duplicates_left;
      break;
    }
  }
}

// Steps 2 to 4: free codewords.
void build_table(std::span<const float> samples, const BuildSettings& settings, int iterations,
                 base::Random& random, BuildResult& result) {
  const int dimension = settings.dimension;
  result.bandwidth = settings.bandwidth.value_or(scott_bandwidth(samples, dimension));
  const KernelDensity density(samples, dimension, result.bandwidth);
  std::vector<float> drawn;
  for (int c = 0; c < settings.entries; ++c) density.draw(random, drawn);

  LloydSettings lloyd;
  lloyd.iterations = iterations;
  Refinement refinement = refine(samples, dimension, std::move(drawn), lloyd);
  const ElementGrid grid =
      best_grid(refinement.codewords, dimension, refinement.members, settings.element_bits);
  result.iterations = static_cast<int>(std::ssize(refinement.errors));
  (void)round_all(grid, refinement.codewords);
  if (lloyd.iterations > 0) {
    lloyd.iterations = kGridIterations;
    lloyd.least_improvement = kGridImprovement;
    lloyd.grid = grid;
    lloyd.what = "refining rounded codewords";
    refinement = refine(samples, dimension, std::move(refinement.codewords), lloyd);
    result.iterations += static_cast<int>(std::ssize(refinement.errors));
  }

  Codebook& codebook = result.codebook;
  codebook.entries = settings.entries;
  codebook.dimension = dimension;
  codebook.element_bits = settings.element_bits;
  codebook.element_scale = grid.scale;
  codebook.elements = round_all(grid, refinement.codewords);
  replace_duplicates(density, grid, dimension, random, result);
}

// The error of each network's part of the pooled samples.
void measure_networks(std::span<const float> samples, std::span<const float> codewords,
                      int dimension, std::vector<NetworkResult>& networks) {
  const NearestSearch search(codewords, static_cast<int>(std::ssize(codewords) / dimension),
                             dimension);
  std::size_t first = 0;
  for (NetworkResult& network : networks) {
    const auto part = samples.subspan(first, network.sampled * dimension);
    network.error = mean_squared_error(part, codewords, dimension, search.find(part));
    first += part.size();
  }
}

}  // namespace

std::int64_t default_samples(std::span<const NetworkVectors> networks, int dimension) {
  std::int64_t largest = 1;
  for (const NetworkVectors& network : networks) {
    largest = std::max(largest, network.count(dimension));
  }
  return std::min(largest, kMostSamples / std::max<std::int64_t>(1, std::ssize(networks)));
}

int default_iterations(std::int64_t samples, int entries, int dimension) {
  const double step = static_cast<double>(samples) * entries * dimension;
  return static_cast<int>(
      std::clamp(kMultiplications / step, double{kFewestIterations}, double{kMostIterations}));
}

void check_settings(const BuildSettings& settings) {
  base::Problems problems;
  const auto check_range = [&](const char* code, const char* option, int value, int low, int high) {
    if (value >= low && value <= high) return;
    problems.add(code, option, fmt::format("is {}; must be from {} to {}", value, low, high));
  };
  check_range("codebook.entries", "--entries", settings.entries, kSmallestEntries, kLargestEntries);
  check_range("codebook.dimension", "--dimension", settings.dimension, kSmallestDimension,
              kLargestDimension);
  check_range("codebook.element_bits", "--element-bits", settings.element_bits,
              kSmallestElementBits, kLargestElementBits);
  if (settings.refine && *settings.refine < 0) {
    problems.add("codebook.refine", "--refine",
                 fmt::format("is {}; must be 0 or more iterations", *settings.refine));
  }
  if (settings.samples && *settings.samples < 1) {
    problems.add("codebook.samples", "--samples",
                 fmt::format("is {}; must be 1 or more of each network", *settings.samples));
  }
  const double bandwidth = settings.bandwidth.value_or(0.0);
  if (!(bandwidth >= 0.0 && bandwidth <= kLargestBandwidth)) {
    problems.add("codebook.bandwidth", "--bandwidth",
                 fmt::format("is {}; must be from 0 to {}", bandwidth, kLargestBandwidth));
  }
  problems.throw_if_any();
  const double values = 2.0 * ElementGrid{settings.element_bits, 1.0}.largest() + 1.0;
  if (std::pow(values, settings.dimension) < settings.entries) {
    throw base::UserError(
        "codebook.size", "--entries",
        fmt::format("{} codewords, but {} elements of {} bits make only {:.0f} different ones",
                    settings.entries, settings.dimension, settings.element_bits,
                    std::pow(values, settings.dimension)));
  }
}

BuildResult build_codebook(std::span<const NetworkVectors> networks,
                           const BuildSettings& settings) {
  check_settings(settings);
  const int dimension = settings.dimension;
  const std::int64_t count = samples_per_network(networks, settings);
  base::Random random(settings.seed);
  BuildResult result;
  std::vector<float> samples;
  for (const NetworkVectors& network : networks) {
    const auto sample = sample_vectors(network.vectors, dimension, count, random);
    samples.insert(samples.end(), sample.begin(), sample.end());
    result.networks.push_back({network.network, network.count(dimension), count, 0.0});
  }

  Codebook& codebook = result.codebook;
  const int iterations = settings.refine.value_or(
      default_iterations(std::ssize(samples) / dimension, settings.entries, dimension));
  switch (settings.construction) {
    case Construction::kTable:
      build_table(samples, settings, iterations, random, result);
      break;
    case Construction::kSignSplit:
      codebook = sign_split_codebook(samples, settings.entries, dimension, settings.element_bits,
                                     iterations, settings.seed);
      break;
    case Construction::kLattice:
      codebook = lattice_codebook(samples, settings.entries, dimension);
      break;
  }
  codebook.sha256 = content_hash(codebook);
  codebook.provenance = {{"seed", settings.seed},
                         {"samples_per_network", count},
                         {"bandwidth", result.bandwidth},
                         {"refine_iterations", result.iterations},
                         {"construction", name_of(settings.construction)}};

  std::vector<float> values;
  for (const std::int8_t element : codebook.elements) {
    values.push_back(static_cast<float>(codebook.element_scale * element));
  }
  measure_networks(samples, values, dimension, result.networks);
  return result;
}

}  // namespace vqrom::codebook
