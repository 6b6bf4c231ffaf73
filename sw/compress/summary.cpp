// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/summary.h"

#include "sw/codebook/theory.h"
#include "sw/compress/bit_packing.h"

namespace vqrom::compress {
namespace {

using base::Json;

constexpr std::int64_t kBiasBytes = 4;
constexpr std::int64_t kScaleBytes = 5;  // multiplier 4, shift 1
constexpr std::int64_t kShortBytes = 2;  // of a bias, and of a factor (short_parameters.h)
constexpr std::int64_t kFloatBytes = 4;

struct Totals {
  std::int64_t weights = 0;
  std::int64_t biases = 0;
  std::int64_t index_bytes = 0;
  std::int64_t dense_weight_bytes = 0;
  std::int64_t layer_codebook_bytes = 0;
  std::int64_t bias_bytes = 0;
  std::int64_t scale_bytes = 0;
  std::int64_t codebook_weights = 0;
  double codebook_error = 0.0;  // sum over weights

  [[nodiscard]] std::int64_t compressed_bytes() const {
    return index_bytes + layer_codebook_bytes + dense_weight_bytes + bias_bytes + scale_bytes;
  }
};

Json layer_json(const QuantisedNetwork& network, const QNode& node, const QConv& conv,
                const Lowered::Layer& layer, Totals& totals) {
  const bool coded = conv.store == WeightStore::kCodebook;
  const std::int64_t weights = conv.weight_count();
  const bool own = layer.own_codebook_bits > 0;
  const std::int64_t bits = coded ? std::ssize(conv.indices) * network.index_bits_of(conv)
                            : own ? layer.own_index_bits
                                  : weights * 8;
  const double rate = static_cast<double>(bits) / static_cast<double>(weights);
  totals.weights += weights;
  totals.biases += conv.out_channels;
  totals.bias_bytes += conv.out_channels * (conv.bias_shift ? kShortBytes : kBiasBytes);
  totals.scale_bytes += conv.out_channels * (conv.bias_shift ? kShortBytes : kScaleBytes);
  if (coded || own) {
    totals.index_bytes += packed_bytes(bits, 1);
    totals.layer_codebook_bytes += packed_bytes(layer.own_codebook_bits, 1);
    totals.codebook_weights += weights;
    totals.codebook_error += layer.error * static_cast<double>(weights);
  } else {
    totals.dense_weight_bytes += weights;
  }
  Json json = {
      {"name", node.name},
      {"op", op_name(node.op)},
      {"shape",
       {conv.out_channels, conv.window.kernel[0], conv.window.kernel[1], conv.in_per_group()}},
      {"weights", weights},
      {"macs", weights * node.shape.height * node.shape.width},
      {"store", coded ? "codebook"
                : own ? "layer_codebook"
                      : "dense"},
      {"suits_codewords", layer.suits_codewords},
      {"bits_per_weight", rate},
      {"mse", layer.error},
      {"shannon_mse", codebook::shannon_mse(rate)},
      {"lloyd_max_mse", codebook::lloyd_max_mse_at(rate)}};
  if (coded) json["index_bits"] = network.index_bits_of(conv);
  if (coded) json["index_base"] = conv.index_base();
  if (own) json["index_bits"] = layer.own_bits;
  return json;
}

// The layer's index width, and the first codeword of its subset if that is not the codebook's.
std::string index_text(const Json& layer) {
  if (!layer.contains("index_bits")) return "-";
  const std::int64_t base = layer.value("index_base", std::int64_t{0});
  const std::string bits = fmt::format("{}", layer["index_bits"].get<std::int64_t>());
  return base == 0 ? bits : fmt::format("{}@{}", bits, base);
}

Json totals_json(const QuantisedNetwork& network, const codebook::Codebook& codebook,
                 const Totals& totals) {
  const std::int64_t float32_bytes = float_bytes(totals.weights, totals.biases);
  const std::int64_t codebook_bytes =
      network.codebook_sha256.empty() ? 0 : (codebook.rom_bits() + 7) / 8;
  const auto ratio = [&](std::int64_t bytes) {
    return static_cast<double>(float32_bytes) / static_cast<double>(bytes);
  };
  Json json = {{"weights", totals.weights},
               {"biases", totals.biases},
               {"float32_bytes", float32_bytes},
               {"index_bytes", totals.index_bytes},
               {"dense_weight_bytes", totals.dense_weight_bytes},
               {"bias_bytes", totals.bias_bytes},
               {"scale_bytes", totals.scale_bytes},
               {"compressed_bytes", totals.compressed_bytes()},
               {"ratio", ratio(totals.compressed_bytes())},
               {"codebook_bytes", codebook_bytes},
               {"ratio_with_codebook", ratio(totals.compressed_bytes() + codebook_bytes)},
               {"codebook_weights", totals.codebook_weights}};
  if (totals.layer_codebook_bytes > 0) {
    json["layer_codebook_bytes"] = totals.layer_codebook_bytes;
  }
  if (totals.codebook_weights > 0) {
    json["codebook_mse"] = totals.codebook_error / static_cast<double>(totals.codebook_weights);
  }
  return json;
}

}  // namespace

std::int64_t float_bytes(std::int64_t weights, std::int64_t biases) {
  return (weights + biases) * kFloatBytes;
}

std::int64_t channel_bytes(Parameters parameters) {
  return parameters == Parameters::kShort ? 2 * kShortBytes : kBiasBytes + kScaleBytes;
}

Json summarise(const Lowered& lowered, const codebook::Codebook& codebook,
               std::int64_t calibration_samples) {
  const QuantisedNetwork& network = lowered.network;
  Totals totals;
  Json layers = Json::array();
  auto layer = lowered.layers.begin();
  for (const QNode& node : network.nodes) {
    const auto* conv = std::get_if<QConv>(&node.op);
    if (conv != nullptr) layers.push_back(layer_json(network, node, *conv, *layer++, totals));
  }
  if (totals.weights == 0) {
    throw base::UserError("compress.network", network.name, "has no layer with weights");
  }
  Json json = {{"network", network.name}, {"calibration_samples", calibration_samples}};
  if (!network.codebook_sha256.empty()) {
    json["codebook"] = {{"sha256", codebook.sha256},
                        {"entries", codebook.entries},
                        {"dimension", codebook.dimension},
                        {"element_bits", codebook.element_bits},
                        {"index_bits", codebook.index_bits()}};
  }
  json["layers"] = std::move(layers);
  json["totals"] = totals_json(network, codebook, totals);
  return json;
}

std::string summary_text(const Json& summary) {
  std::string text =
      fmt::format("{:<24}{:>16}{:>10}  {:<9}{:>8}{:>7}{:>10}{:>10}{:>11}\n", "layer", "shape",
                  "weights", "store", "index", "bits/w", "MSE", "Shannon", "Lloyd-Max");
  std::vector<std::string> unsuitable;
  for (const Json& layer : summary["layers"]) {
    if (!layer["suits_codewords"].get<bool>()) {
      unsuitable.push_back(layer["name"].get<std::string>());
    }
    const auto shape = layer["shape"].get<base::Shape>();
    text += fmt::format("{:<24.24}{:>16}{:>10}  {:<9}{:>8}{:>7.2f}{:>10.6f}{:>10.6f}{:>11.6f}\n",
                        layer["name"].get<std::string>(), base::shape_text(shape),
                        layer["weights"].get<std::int64_t>(), layer["store"].get<std::string>(),
                        index_text(layer), layer["bits_per_weight"].get<double>(),
                        layer["mse"].get<double>(), layer["shannon_mse"].get<double>(),
                        layer["lloyd_max_mse"].get<double>());
  }
  if (!unsuitable.empty()) {
    text += fmt::format(
        "\ndense because their groups have fewer input channels than a codeword (depthwise): {}\n",
        fmt::join(unsuitable, ", "));
  }
  const Json& totals = summary["totals"];
  const auto bytes = [&](const char* key) { return totals[key].get<std::int64_t>(); };
  text += fmt::format(
      "\nfloat32 {} bytes ({} weights, {} biases)\n"
      "compressed {} bytes: indices {}, dense weights {}, biases {}, multipliers and shifts {}\n"
      "ratio {:.2f}x; codebook {} bytes, shared by all networks; ratio with it {:.2f}x\n",
      bytes("float32_bytes"), bytes("weights"), bytes("biases"), bytes("compressed_bytes"),
      bytes("index_bytes"), bytes("dense_weight_bytes"), bytes("bias_bytes"), bytes("scale_bytes"),
      totals["ratio"].get<double>(), bytes("codebook_bytes"),
      totals["ratio_with_codebook"].get<double>());
  if (totals.contains("layer_codebook_bytes")) {
    text += fmt::format("compressed bytes count {} of the layers' own codebooks\n",
                        bytes("layer_codebook_bytes"));
  }
  return text;
}

}  // namespace vqrom::compress
