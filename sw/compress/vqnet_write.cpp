// SPDX-License-Identifier: Apache-2.0
#include "sw/base/file.h"
#include "sw/base/safetensors.h"
#include "sw/compress/bit_packing.h"
#include "sw/compress/quantised_network.h"
#include "sw/compress/short_parameters.h"
#include "sw/compress/validate.h"
#include "sw/compress/vqnet_keys.h"

namespace vqrom::compress {
namespace {

using base::Json;
using base::Tensor;

template <typename T>
Tensor vector_tensor(const std::vector<T>& values) {
  return Tensor::of<T>({std::ssize(values)}, std::span(values));
}

void put_multipliers(base::TensorFile& file, const std::string& node,
                     const std::vector<base::Multiplier>& multipliers) {
  std::vector<std::int32_t> factors;
  std::vector<std::uint8_t> shifts;
  for (const base::Multiplier& one : multipliers) {
    factors.push_back(one.multiplier);
    shifts.push_back(one.shift);
  }
  file.tensors.emplace(node + keys::kMultiplier, vector_tensor(factors));
  file.tensors.emplace(node + keys::kShift, vector_tensor(shifts));
}

void put_short(base::TensorFile& file, const std::string& node, const QConv& conv) {
  std::vector<std::int16_t> biases;
  std::vector<std::uint16_t> factors;
  for (const std::int32_t bias : conv.bias) {
    biases.push_back(static_cast<std::int16_t>(bias >> *conv.bias_shift));
  }
  for (const base::Multiplier& one : conv.multipliers) factors.push_back(short_factor(one));
  file.tensors.emplace(node + keys::kShortBias, vector_tensor(biases));
  file.tensors.emplace(node + keys::kShortFactor, vector_tensor(factors));
}

Json json_of(const model::Window& window) {
  return {{"kernel", window.kernel},
          {"stride", window.stride},
          {"dilation", window.dilation},
          {"pads", window.pads}};
}

Json json_of(const CodeRange& range) {
  return Json::array({range.low, range.high});
}

// Adds what one operator holds to the node's JSON object and, tensors, to the file.
struct OpWriter {
  const QuantisedNetwork& network;
  const QNode& node;
  Json& json;
  base::TensorFile& file;

  void operator()(const QInput&) const {}
  void operator()(const QConv& conv) const {
    json["window"] = json_of(conv.window);
    json["groups"] = conv.groups;
    json["in_channels"] = conv.in_channels;
    json["out_channels"] = conv.out_channels;
    json["range"] = json_of(conv.range);
    json["store"] = conv.store == WeightStore::kCodebook ? keys::kCodebook : keys::kDense;
    if (conv.store == WeightStore::kCodebook) {
      if (conv.subset) {
        json[keys::kIndexBits] = conv.subset->index_bits;
        json[keys::kIndexBase] = conv.subset->base;
      }
      file.tensors.emplace(node.name + keys::kIndices,
                           vector_tensor(pack_bits(conv.indices, network.index_bits_of(conv))));
    } else {
      file.tensors.emplace(node.name + keys::kWeights,
                           Tensor::of<std::int8_t>({conv.out_channels, conv.window.kernel[0],
                                                    conv.window.kernel[1], conv.in_per_group()},
                                                   std::span(conv.weights)));
    }
    if (conv.bias_shift) {
      json[keys::kBiasShift] = *conv.bias_shift;
      put_short(file, node.name, conv);
      return;
    }
    file.tensors.emplace(node.name + keys::kBias, vector_tensor(conv.bias));
    put_multipliers(file, node.name, conv.multipliers);
  }
  void operator()(const QAdd& add) const {
    json["multipliers"] = {add.multiplier_a, add.multiplier_b};
    json["shift"] = add.shift;
    json["range"] = json_of(add.range);
  }
  void operator()(const QClamp& clamp) const { json["range"] = json_of(clamp.range); }
  void operator()(const QMaxPool& pool) const { json["window"] = json_of(pool.window); }
  void operator()(const QAveragePool& pool) const {
    json["window"] = json_of(pool.window);
    json["count_include_pad"] = pool.count_include_pad;
    put_multipliers(file, node.name, pool.multipliers);
  }
  void operator()(const QConcat&) const {}
  void operator()(const QSlice& slice) const {
    json["starts"] = slice.starts;
    json["steps"] = slice.steps;
  }
  void operator()(const QPad& pad) const {
    json["before"] = pad.before;
    json["after"] = pad.after;
  }
  void operator()(const QReshape&) const {}
  void operator()(const QTable& table) const {
    file.tensors.emplace(
        node.name + keys::kTable,
        Tensor::of<std::int8_t>({std::ssize(table.values)}, std::span(table.values)));
  }
};

}  // namespace

std::string vqnet_bytes(const QuantisedNetwork& network) {
  try {
    validate(network, network.name);
  } catch (const base::UserError& error) {
    VQROM_CHECK(false, "writing a network that would be refused: {}", error.what());
  }
  base::TensorFile file;
  Json nodes = Json::array();
  for (const QNode& node : network.nodes) {
    Json json = {{"name", node.name},
                 {"op", op_name(node.op)},
                 {"inputs", node.inputs},
                 {"shape", {node.shape.height, node.shape.width, node.shape.channels}},
                 {"scale", node.quantisation.scale},
                 {"zero_point", node.quantisation.zero_point}};
    std::visit(OpWriter{network, node, json, file}, node.op);
    nodes.push_back(std::move(json));
  }
  Json json = {{"name", network.name},
               {"input", network.input},
               {"output", network.output},
               {"softmax_on_host", network.softmax_on_host},
               {"preprocess", model::to_json(network.preprocess)}};
  if (!network.codebook_sha256.empty()) {
    json["codebook"] = {{"sha256", network.codebook_sha256},
                        {"dimension", network.codebook_dimension},
                        {"index_bits", network.index_bits}};
  }
  json["nodes"] = std::move(nodes);
  file.metadata[keys::kFormat] = keys::kFormatName;
  file.metadata[keys::kNetwork] = json.dump();
  file.metadata[keys::kSummary] = network.summary.is_null() ? "{}" : network.summary.dump();
  return base::safetensors_bytes(file);
}

void write_vqnet(const std::filesystem::path& path, const QuantisedNetwork& network) {
  base::write_file(path, vqnet_bytes(network));
}

}  // namespace vqrom::compress
