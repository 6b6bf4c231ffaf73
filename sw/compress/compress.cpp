// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/compress.h"

#include <algorithm>

#include "sw/codebook/layers.h"
#include "sw/compress/lowering.h"
#include "sw/compress/summary.h"

namespace vqrom::compress {
namespace {

constexpr const char* kAll = "all";

std::vector<int> layers_for_codebook(const model::Model& model, const codebook::Codebook& codebook,
                                     std::vector<std::string> dense) {
  if (std::erase(dense, kAll) > 0) return {};
  if (codebook.entries == 0) {
    throw base::UserError("compress.codebook", model.name,
                          "no codebook is given; only with all layers dense none is needed");
  }
  std::vector<std::string> known;
  for (const int layer : codebook::weight_layers(model)) {
    known.push_back(model.nodes[static_cast<std::size_t>(layer)].name);
  }
  codebook::check_dense_names(known, dense);
  return codebook::codebook_layers(model, codebook.dimension, dense);
}

}  // namespace

QuantisedNetwork compress_network(const model::Model& model, const codebook::Codebook& codebook,
                                  const SampleSource& samples, const Settings& settings) {
  const std::vector<int> coded = layers_for_codebook(model, codebook, settings.dense);
  const Calibration calibration = calibrate(model, samples, settings.calibration_count);
  Lowered lowered = lower(model, calibration, coded, codebook);
  lowered.network.preprocess = settings.preprocess;
  lowered.network.summary = summarise(lowered, codebook, calibration.samples);
  return std::move(lowered.network);
}

}  // namespace vqrom::compress
