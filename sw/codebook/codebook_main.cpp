// SPDX-License-Identifier: Apache-2.0
// vqrom codebook — builds one universal codebook from one or many networks.
#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sw/base/file.h"
#include "sw/base/program.h"
#include "sw/base/sha256.h"
#include "sw/codebook/build.h"
#include "sw/codebook/compare.h"
#include "sw/codebook/layers.h"
#include "sw/codebook/theory.h"
#include "sw/model/import.h"

namespace vqrom::codebook {
namespace {

namespace fs = std::filesystem;

// Below this the codewords follow single sub-vectors, and the error says little of other networks.
constexpr double kFewSubVectorsPerCodeword = 8.0;

struct Options {
  std::vector<std::string> networks;
  fs::path output;
  std::vector<std::string> dense;
  bool compare = false;
  BuildSettings build;
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("networks", options.networks, "networks to learn from, ONNX")->required();
  app.add_option("-o,--output", options.output, "codebook to write, .safetensors");
  app.add_option("-k,--entries", options.build.entries, "codewords, 2 ... 65536")
      ->capture_default_str();
  app.add_option("-d,--dimension", options.build.dimension, "elements of a codeword, 1 ... 16")
      ->capture_default_str();
  app.add_option("--element-bits", options.build.element_bits, "bits of an element, 2 ... 8")
      ->capture_default_str();
  app.add_option("--bandwidth", options.build.bandwidth,
                 "of the density estimate's Gaussian kernels (default: Scott's rule)");
  app.add_option("--refine", options.build.refine,
                 "Lloyd iterations, 0 for codewords as drawn (default: until they gain nothing, at "
                 "most 50, fewer for large codebooks)");
  app.add_option("--samples", options.build.samples,
                 "sub-vectors of each network (default: as many as the largest has, at most "
                 "262144 of all together)");
  const std::map<std::string, Construction> constructions{{"table", Construction::kTable},
                                                          {"sign-split", Construction::kSignSplit},
                                                          {"lattice", Construction::kLattice}};
  app.add_option("--construction", options.build.construction,
                 "table: free codewords; sign-split: magnitudes, an index's low d bits are signs; "
                 "lattice: 65536 x 8 of E8")
      ->transform(CLI::CheckedTransformer(constructions, CLI::ignore_case))
      ->default_str("table");
  app.add_flag("--compare", options.compare,
               "print what each construction costs and leaves, instead of writing one");
  app.add_option("--seed", options.build.seed, "of sampling and drawing")->capture_default_str();
  app.add_option("--dense", options.dense,
                 "layers left out: first, last or names, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false);
}

// What was cut from the networks, one after the other so that only one Model is in memory.
struct Sources {
  std::vector<NetworkVectors> networks;
  base::Json provenance = base::Json::array();
};

Sources read_sources(const Options& options) {
  Sources sources;
  std::vector<std::string> layer_names;
  for (const std::string& path : options.networks) {
    const std::string bytes = base::read_file(path);
    model::Model model = model::parse_onnx(bytes, path);
    model.name = fs::path(path).stem().string();
    sources.networks.push_back(cut_network(model, options.build.dimension, options.dense));
    const NetworkVectors& network = sources.networks.back();
    layer_names.insert(layer_names.end(), network.weight_layers.begin(),
                       network.weight_layers.end());
    sources.provenance.push_back({{"file", fs::path(path).filename().string()},
                                  {"sha256", base::sha256_hex(bytes)},
                                  {"sub_vectors", network.count(options.build.dimension)}});
  }
  check_dense_names(layer_names, options.dense);
  return sources;
}

void print_note(const Sources& sources, const BuildSettings& build) {
  std::int64_t available = 0;
  for (const NetworkVectors& network : sources.networks) {
    available += network.count(build.dimension);
  }
  const double per_codeword = static_cast<double>(available) / build.entries;
  if (per_codeword >= kFewSubVectorsPerCodeword) return;
  fmt::print(
      "note: only {:.1f} sub-vectors a codeword: a table of codewords remembers these networks, "
      "others will have a larger error\n",
      per_codeword);
}

void print_networks(const Sources& sources, const BuildResult& result) {
  fmt::print("{:<30} {:>10} {:>10} {:>12} {:>9} {:>15}\n", "network", "layers", "weights",
             "sub-vectors", "sampled", "error a weight");
  for (std::size_t i = 0; i < sources.networks.size(); ++i) {
    const NetworkVectors& cut = sources.networks[i];
    const NetworkResult& network = result.networks[i];
    fmt::print("{:<30} {:>10} {:>10} {:>12} {:>9} {:>15.5f}\n", network.network,
               fmt::format("{} of {}", cut.layers, cut.weight_layers.size()), cut.weights,
               network.available, network.sampled, network.error);
  }
}

void print_summary(const Options& options, const Sources& sources, const BuildResult& result) {
  const Codebook& codebook = result.codebook;
  const double bits = std::log2(codebook.entries) / codebook.dimension;
  print_networks(sources, result);
  fmt::print("  (squared, of weights with RMS 1 an output channel, codewords rounded)\n");
  fmt::print("at {:.3g} bits a weight       Shannon bound {:.5f}, scalar Lloyd-Max {:.5f}\n", bits,
             shannon_mse(bits), lloyd_max_mse_at(bits));
  fmt::print("codebook                 {} codewords x {} elements x {} bits = {} ROM bits\n",
             codebook.entries, codebook.dimension, codebook.element_bits, codebook.rom_bits());
  if (options.build.construction == Construction::kTable) {
    fmt::print("density, refinement      kernel bandwidth {:.4f}, {} Lloyd iterations\n",
               result.bandwidth, result.iterations);
    fmt::print("duplicate codewords      {} after rounding, {} after drawing anew\n",
               result.duplicates, result.duplicates_left);
  } else {
    fmt::print("construction             {}, of which {} bits must be stored\n",
               name_of(options.build.construction),
               stored_bits(options.build.construction, codebook));
  }
  fmt::print("SHA-256                  {}\n", codebook.sha256);
  print_note(sources, options.build);
}

void run(const Options& options) {
  check_settings(options.build);
  if (options.compare) {
    const Sources sources = read_sources(options);
    const std::vector<ComparisonRow> rows = compare(sources.networks, options.build);
    fmt::print("{}", comparison_text(sources.networks, options.build, rows));
    print_note(sources, options.build);
    return;
  }
  if (options.output.empty()) {
    throw base::UserError("codebook.output", "--output", "is missing; only --compare needs none");
  }
  const fs::path directory = options.output.parent_path();
  if (!directory.empty() && !fs::is_directory(directory)) {
    throw base::UserError("file.write", options.output.string(),
                          fmt::format("there is no directory '{}'", directory.string()));
  }
  const Sources sources = read_sources(options);
  BuildResult result = build_codebook(sources.networks, options.build);
  result.codebook.provenance["networks"] = sources.provenance;
  result.codebook.provenance["dense"] = options.dense;
  write_codebook(options.output, result.codebook);
  print_summary(options, sources, result);
  fmt::print("wrote {}\n", options.output.string());
}

}  // namespace
}  // namespace vqrom::codebook

int main(int argc, char** argv) {
  vqrom::codebook::Options options;
  CLI::App app("Builds one universal codebook from one or many networks.");
  vqrom::codebook::add_options(app, options);
  return vqrom::base::run_program("codebook", app, argc, argv,
                                  [&] { vqrom::codebook::run(options); });
}
