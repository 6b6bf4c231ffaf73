// SPDX-License-Identifier: Apache-2.0
#include "sim/core/moved_bytes.h"

namespace vqrom::sim {

MovedBytes& MovedBytes::operator+=(const MovedBytes& other) {
  index += other.index;
  dense += other.dense;
  window += other.window;
  codebook += other.codebook;
  param += other.param;
  act += other.act;
  out += other.out;
  return *this;
}

std::array<std::pair<std::string_view, std::int64_t>, 7> MovedBytes::all() const {
  return {{{"index", index},
           {"dense", dense},
           {"window", window},
           {"codebook", codebook},
           {"param", param},
           {"act", act},
           {"out", out}}};
}

std::int64_t MovedBytes::sum() const {
  std::int64_t bytes = 0;
  for (const auto& [name, some] : all()) bytes += some;
  return bytes;
}

MovedBytes moved_bytes(const ProgramLayerResult& layer, const config::AcceleratorConfig& config) {
  using config::Target;
  const std::int64_t bus = config.bus_bytes();
  MovedBytes bytes;
  const std::int64_t weights = layer.words.of(Target::kWeights) * bus;
  (layer.place.weights == "codebook" ? bytes.index : bytes.dense) = weights;
  bytes.window = layer.words.of(Target::kWindow) * bus;
  bytes.codebook = layer.words.of(Target::kCodebook) * bus;
  bytes.param = (layer.words.of(Target::kParameters) + layer.words.of(Target::kTable)) * bus;
  bytes.act = layer.words.of(Target::kActivations) * bus;
  bytes.out = layer.words.stored * bus;
  return bytes;
}

MovedBytes total_bytes(const ProgramResult& result, const config::AcceleratorConfig& config) {
  MovedBytes sum;
  for (const ProgramLayerResult& layer : result.layers) sum += moved_bytes(layer, config);
  return sum;
}

std::int64_t total_macs(const ProgramResult& result) {
  std::int64_t sum = 0;
  for (const ProgramLayerResult& layer : result.layers) sum += layer.macs();
  return sum;
}

double utilisation(std::int64_t macs, std::int64_t cycles,
                   const config::AcceleratorConfig& config) {
  const double offered = static_cast<double>(cycles) * config.array.rows * config.array.columns;
  return offered > 0.0 ? static_cast<double>(macs) / offered : 0.0;
}

}  // namespace vqrom::sim
