// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/compare.h"

#include <algorithm>
#include <cmath>

#include "sw/codebook/density.h"
#include "sw/codebook/lloyd.h"
#include "sw/codebook/nearest.h"
#include "sw/codebook/nested.h"
#include "sw/codebook/rounding.h"
#include "sw/codebook/structure.h"
#include "sw/codebook/theory.h"

namespace vqrom::codebook {
namespace {

constexpr std::int64_t kLayerSamples = 1 << 14;  // of a layer, for its own k-means
constexpr int kLayerIterations = 20;
constexpr int kSplitBits = 4;  // of a sign_split element, as `vqrom codebook` takes by default

// What a codebook of its own for every layer costs and leaves.
struct LayerCodebooks {
  double error = 0.0;
  std::int64_t rom_bits = 0;
};

LayerCodebooks layer_codebooks(const NetworkVectors& network, const BuildSettings& settings) {
  LayerCodebooks result;
  double sum = 0.0;
  std::int64_t first = 0;
  for (const std::int64_t count : network.layer_counts) {
    const auto vectors = std::span(network.vectors)
                             .subspan(static_cast<std::size_t>(first * settings.dimension),
                                      static_cast<std::size_t>(count * settings.dimension));
    first += count;
    const int entries = static_cast<int>(std::min<std::int64_t>(settings.entries, count));
    result.rom_bits += std::int64_t{entries} * settings.dimension * settings.element_bits;
    if (entries == count) continue;
    base::Random random(settings.seed);
    const std::vector<float> sample =
        sample_vectors(vectors, settings.dimension,
                       std::max<std::int64_t>(std::min(count, kLayerSamples), entries), random);
    const KernelDensity density(sample, settings.dimension,
                                scott_bandwidth(sample, settings.dimension));
    std::vector<float> drawn;
    for (int c = 0; c < entries; ++c) density.draw(random, drawn);
    LloydSettings lloyd;
    lloyd.iterations = kLayerIterations;
    lloyd.what = "k-means of a layer";
    const Refinement refinement = refine(sample, settings.dimension, std::move(drawn), lloyd);
    sum += mean_squared_error(
               vectors, refinement.codewords, settings.dimension,
               NearestSearch(refinement.codewords, entries, settings.dimension).find(vectors)) *
           static_cast<double>(count);
  }
  result.error = first > 0 ? sum / static_cast<double>(first) : 0.0;
  return result;
}

// Parts of one nested codebook, each beside a codebook of its own size.
void add_nested(std::span<const NetworkVectors> networks, const BuildSettings& settings,
                std::span<const std::vector<float>> samples, std::vector<ComparisonRow>& rows) {
  const Codebook nested = build_codebook(networks, settings).codebook;
  for (SubsetErrors& part : subset_errors(nested, *settings.nested, samples)) {
    BuildSettings alone = settings;
    alone.nested.reset();
    alone.entries = std::min(1 << part.index_bits, settings.entries);
    rows.push_back({fmt::format("nested, {} bits", part.index_bits), nested.rom_bits(),
                    std::move(part.errors)});
    const Codebook own = build_codebook(networks, alone).codebook;
    rows.push_back({fmt::format("  {} codewords alone", alone.entries), own.rom_bits(),
                    errors_of(samples, own)});
  }
}

}  // namespace

std::vector<ComparisonRow> compare(std::span<const NetworkVectors> networks,
                                   const BuildSettings& settings) {
  check_settings(settings);
  BuildSettings whole = settings;
  whole.nested.reset();
  BuildSettings drawn = whole;
  drawn.refine = 0;
  const BuildResult as_drawn = build_codebook(networks, drawn);
  const BuildResult refined = build_codebook(networks, whole);

  base::Random random(settings.seed);
  std::vector<std::vector<float>> samples;
  for (const NetworkVectors& network : networks) {
    samples.push_back(sample_vectors(network.vectors, settings.dimension,
                                     refined.networks[samples.size()].sampled, random));
  }
  std::vector<ComparisonRow> rows;
  const auto add = [&](std::string way, const Codebook& codebook) {
    rows.push_back({std::move(way), codebook.rom_bits(), errors_of(samples, codebook)});
  };
  add("drawn from the density", as_drawn.codebook);
  add("Lloyd", refined.codebook);
  const auto add_structure = [&](std::string way, Structure structure, int element_bits) {
    if (!size_problem(structure, settings.entries, settings.dimension, element_bits).empty())
      return;
    BuildSettings structured = whole;
    structured.structure = structure;
    structured.element_bits = element_bits;
    add(std::move(way), build_codebook(networks, structured).codebook);
  };
  add_structure("sign_split", Structure::kSignSplit, kSplitBits);
  add_structure("lattice", Structure::kLattice, kLatticeElementBits);
  ComparisonRow layers{"k-means a layer", 0, {}};
  for (const NetworkVectors& network : networks) {
    const LayerCodebooks found = layer_codebooks(network, settings);
    layers.rom_bits += found.rom_bits;
    layers.errors.push_back(found.error);
  }
  rows.push_back(std::move(layers));
  if (settings.nested) add_nested(networks, settings, samples, rows);
  return rows;
}

std::string comparison_text(std::span<const NetworkVectors> networks, const BuildSettings& settings,
                            std::span<const ComparisonRow> rows) {
  const double bits = std::log2(settings.entries) / settings.dimension;
  std::string text = fmt::format("{:<24}{:>12}", "", "ROM bits");
  for (const NetworkVectors& network : networks) text += fmt::format(" {:>12.12}", network.network);
  text += "\n";
  for (const ComparisonRow& row : rows) {
    text += fmt::format("{:<24}{:>12}", row.way, row.rom_bits);
    for (const double error : row.errors) text += fmt::format(" {:>12.5f}", error);
    text += "\n";
  }
  text += fmt::format("{:<24}{:>12} {:>12.5f}\n", "scalar Lloyd-Max", "", lloyd_max_mse_at(bits));
  text += fmt::format("{:<24}{:>12} {:>12.5f}\n", "Shannon bound", "", shannon_mse(bits));
  return text + fmt::format(
                    "squared error a weight (RMS 1 an output channel) at {:.3g} bits a weight; the "
                    "last two for a Gaussian source\n",
                    bits);
}

}  // namespace vqrom::codebook
