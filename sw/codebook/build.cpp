// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/build.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "sw/codebook/density.h"
#include "sw/codebook/lattice.h"
#include "sw/codebook/lloyd.h"
#include "sw/codebook/nearest.h"
#include "sw/codebook/nested.h"
#include "sw/codebook/rounding.h"
#include "sw/codebook/structure.h"
#include "sw/codebook/subset.h"

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

// How many of `entries` codewords are learned from samples: of a structured codebook, magnitudes.
int learned_of(const BuildSettings& settings, int entries) {
  switch (settings.structure) {
    case Structure::kTable:
      return entries;
    case Structure::kSignSplit:
      return entries >> settings.dimension;
    case Structure::kLattice:
      return 1;
  }
  return 0;
}

int learned_entries(const BuildSettings& settings) {
  return learned_of(settings, settings.entries);
}

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
  if (available < learned_entries(settings)) {
    throw base::UserError(
        "codebook.samples", "--entries",
        fmt::format("{} codewords of {} elements, but only {} sub-vectors to learn them from; use "
                    "fewer --entries, a smaller --dimension, more --samples or more networks",
                    learned_entries(settings), settings.dimension, available));
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

// Signs are not learned where they come from the index.
void fold(Structure structure, std::span<float> values) {
  if (structure != Structure::kSignSplit) return;
  for (float& value : values) value = std::abs(value);
}

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
      fold(result.codebook.structure, drawn);
      const std::vector<std::int8_t> fresh = round_all(grid, drawn);
      if (!finder.add(fresh.data())) continue;
      std::copy(fresh.begin(), fresh.end(), duplicate);
      --result.duplicates_left;
      break;
    }
  }
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
  if (settings.nested) {
    // Of sign_split, whole words of magnitudes.
    const int least =
        settings.structure == Structure::kSignSplit ? settings.dimension : kSmallestIndexBits;
    int most = 0;
    while (most < kLargestIndexBits && (2 << most) <= settings.entries) ++most;
    check_range("codebook.nested", "--nested", *settings.nested, least, most);
    if (settings.structure == Structure::kLattice) {
      problems.add("codebook.nested", "--nested",
                   "has no meaning for a lattice, whose codewords stand in a fixed order");
    }
  }
  problems.throw_if_any();
  if (const std::string_view problem = size_problem(settings.structure, settings.entries,
                                                    settings.dimension, settings.element_bits);
      !problem.empty()) {
    throw base::UserError(
        "codebook.structure", "--structure",
        fmt::format("{} entries, dimension {} and elements of {} bits; a {} codebook {}",
                    settings.entries, settings.dimension, settings.element_bits,
                    text_of(settings.structure), problem));
  }
  const double values = settings.structure == Structure::kSignSplit
                            ? std::exp2(settings.element_bits - 2)
                            : 2.0 * ElementGrid{settings.element_bits, 1.0}.largest() + 1.0;
  const int wanted = learned_entries(settings);
  if (std::pow(values, settings.dimension) < wanted) {
    throw base::UserError(
        "codebook.size", "--entries",
        fmt::format("{} {}, but {} elements of {} bits make only {:.0f} different ones", wanted,
                    settings.structure == Structure::kTable ? "codewords" : "words of magnitudes",
                    settings.dimension, settings.element_bits,
                    std::pow(values, settings.dimension)));
  }
}

namespace {

// Fills the codebook's elements: of sign_split, its magnitudes.
void learn(std::span<const float> samples, const BuildSettings& settings, base::Random& random,
           BuildResult& result) {
  const int dimension = settings.dimension;
  const int entries = learned_entries(settings);
  result.bandwidth = settings.bandwidth.value_or(scott_bandwidth(samples, dimension));
  const KernelDensity density(samples, dimension, result.bandwidth);
  std::vector<float> drawn;
  for (int c = 0; c < entries; ++c) density.draw(random, drawn);
  fold(settings.structure, drawn);

  LloydSettings lloyd;
  lloyd.iterations = settings.refine.value_or(
      default_iterations(std::ssize(samples) / dimension, entries, dimension));
  const std::int64_t smallest =
      settings.nested ? learned_of(settings, 1 << *settings.nested) : entries;
  Refinement refinement =
      refine_nested(samples, dimension, drawn, smallest, settings.refine.has_value(), lloyd);
  const ElementGrid grid =
      best_grid(refinement.codewords, dimension, refinement.members, settings.element_bits,
                settings.structure == Structure::kSignSplit ? Integers::kOdd : Integers::kAll);
  result.iterations = static_cast<int>(std::ssize(refinement.errors));
  (void)round_all(grid, refinement.codewords);
  if (lloyd.iterations > 0) {
    lloyd.iterations = kGridIterations;
    lloyd.least_improvement = kGridImprovement;
    lloyd.grid = grid;
    lloyd.what = "refining rounded codewords";
    lloyd.fixed = fixed_before_last(smallest, entries);
    refinement = refine(samples, dimension, std::move(refinement.codewords), lloyd);
    result.iterations += static_cast<int>(std::ssize(refinement.errors));
  }
  result.codebook.element_scale = grid.scale;
  result.codebook.elements = round_all(grid, refinement.codewords);
  replace_duplicates(density, grid, dimension, random, result);
}

void learn_sign_split(std::span<const float> samples, const BuildSettings& settings,
                      base::Random& random, BuildResult& result) {
  std::vector<float> magnitudes(samples.begin(), samples.end());
  fold(settings.structure, magnitudes);
  learn(magnitudes, settings, random, result);
  std::vector<std::uint8_t> levels;
  for (const std::int8_t magnitude : result.codebook.elements) {
    levels.push_back(static_cast<std::uint8_t>((magnitude - 1) / 2));
  }
  result.codebook.elements = expand(settings.structure, settings.dimension, levels);
}

void fit_lattice(std::span<const float> samples, BuildResult& result) {
  result.codebook.elements = expand(Structure::kLattice, kLatticeDimension, lattice_levels());
  result.codebook.element_scale = best_scale(samples, kLatticeDimension, result.codebook.elements);
}

}  // namespace

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
  codebook.entries = settings.entries;
  codebook.dimension = dimension;
  codebook.element_bits = settings.element_bits;
  codebook.structure = settings.structure;
  switch (settings.structure) {
    case Structure::kTable:
      learn(samples, settings, random, result);
      break;
    case Structure::kSignSplit:
      learn_sign_split(samples, settings, random, result);
      break;
    case Structure::kLattice:
      fit_lattice(samples, result);
      break;
  }
  codebook.sha256 = content_hash(codebook);
  codebook.provenance = {{"seed", settings.seed},
                         {"samples_per_network", count},
                         {"bandwidth", result.bandwidth},
                         {"refine_iterations", result.iterations}};
  if (settings.nested) codebook.provenance["nested"] = *settings.nested;

  measure_networks(samples, values_of(codebook), dimension, result.networks);
  return result;
}

}  // namespace vqrom::codebook
