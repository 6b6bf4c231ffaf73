// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <set>

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
using base::ObjectReader;
using base::Problems;
using base::Shape;

constexpr std::int64_t kLargestInt = std::numeric_limits<std::int32_t>::max();

// The JSON array `key` of exactly values.size() whole numbers from low to high.
template <typename T, std::size_t N>
void read_array(ObjectReader& reader, std::string_view key, std::array<T, N>& values,
                std::int64_t low, std::int64_t high, std::string_view place, Problems& problems) {
  const Json& json = reader.raw(key);
  bool good = json.is_array() && json.size() == N;
  for (std::size_t i = 0; good && i < N; ++i) {
    good = json[i].is_number_integer() && json[i] >= low && json[i] <= high;
    if (good) values[i] = json[i].get<T>();
  }
  if (!good) {
    problems.add("vqnet.format", std::string(place),
                 fmt::format("{} must be {} whole numbers from {} to {}", key, N, low, high));
  }
}

std::string name_of(const Json& node) {
  const bool named = node.is_object() && node.contains("name") && node["name"].is_string();
  return named ? node["name"].get<std::string>() : "";
}

// Reads one node: its JSON object now, its tensors once the whole JSON is known to be good.
class NodeReader {
 public:
  NodeReader(const Json& json, std::string_view file_place, Problems& problems)
      : place_(fmt::format("{}: node '{}'", file_place, name_of(json))),
        reader_(json, place_, "", problems),
        problems_(problems) {}

  QNode read() {
    QNode node;
    node.name = reader_.text("name");
    const Json& inputs = reader_.raw("inputs");
    const auto is_node = [](const Json& input) {
      return input.is_number_integer() && input >= 0 && input <= kLargestInt;
    };
    if (inputs.is_array() && std::ranges::all_of(inputs, is_node)) {
      for (const Json& input : inputs) node.inputs.push_back(input.get<int>());
    } else {
      problems_.add("vqnet.format", place_, "inputs must be an array of node numbers");
    }
    std::array<std::int64_t, 3> shape{};
    array("shape", shape, 1, kLargestChannels);
    node.shape = {shape[0], shape[1], shape[2]};
    node.quantisation.scale = reader_.number("scale");
    node.quantisation.zero_point =
        static_cast<std::int32_t>(reader_.integer("zero_point", -128, 127));
    node.op = read_op();
    reader_.finish();
    return node;
  }

 private:
  template <typename T, std::size_t N>
  void array(std::string_view key, std::array<T, N>& values, std::int64_t low, std::int64_t high) {
    read_array(reader_, key, values, low, high, place_, problems_);
  }
  model::Window window() {
    model::Window window;
    ObjectReader reader = reader_.object("window", ObjectReader::Presence::kRequired);
    const auto read = [&](std::string_view key, auto& values, std::int64_t low) {
      read_array(reader, key, values, low, kLargestExtent, place_, problems_);
    };
    read("kernel", window.kernel, 1);
    read("stride", window.stride, 1);
    read("dilation", window.dilation, 1);
    read("pads", window.pads, 0);
    reader.finish();
    return window;
  }
  CodeRange range() {
    std::array<std::int32_t, 2> range{};
    array("range", range, -128, 127);
    return {range[0], range[1]};
  }
  QConv conv(bool linear) {
    QConv conv;
    conv.linear = linear;
    conv.window = window();
    conv.groups = reader_.integer("groups", 1, kLargestChannels);
    conv.in_channels = reader_.integer("in_channels", 1, kLargestChannels);
    conv.out_channels = reader_.integer("out_channels", 1, kLargestChannels);
    conv.range = range();
    conv.store = reader_.choice("store", {keys::kCodebook, keys::kDense}) == keys::kCodebook
                     ? WeightStore::kCodebook
                     : WeightStore::kDense;
    if (reader_.has(keys::kIndexBits) || reader_.has(keys::kIndexBase)) {
      conv.subset = {
          static_cast<int>(reader_.integer(keys::kIndexBits, codebook::kSmallestIndexBits,
                                           codebook::kLargestIndexBits)),
          static_cast<int>(reader_.integer(keys::kIndexBase, 0, codebook::kLargestEntries - 1, 0))};
    }
    if (reader_.has(keys::kBiasShift)) {
      conv.bias_shift = static_cast<int>(reader_.integer(keys::kBiasShift, 0, kLargestBiasShift));
    }
    return conv;
  }
  QAdd add() {
    QAdd add;
    std::array<std::int32_t, 2> multipliers{};
    array("multipliers", multipliers, 0, kLargestInt);
    add.multiplier_a = multipliers[0];
    add.multiplier_b = multipliers[1];
    add.shift = static_cast<std::uint8_t>(
        reader_.integer("shift", base::kSmallestShift, base::kLargestShift));
    add.range = range();
    return add;
  }
  QOp read_op() {
    const std::string op =
        reader_.choice("op", {"Input", "Conv", "Linear", "Add", "Clamp", "MaxPool", "AveragePool",
                              "Concat", "Slice", "Pad", "Reshape", "Table"});
    if (op == "Conv" || op == "Linear") return conv(op == "Linear");
    if (op == "Add") return add();
    if (op == "Clamp") return QClamp{range()};
    if (op == "MaxPool") return QMaxPool{window()};
    if (op == "AveragePool")
      return QAveragePool{window(), reader_.boolean("count_include_pad"), {}};
    if (op == "Concat") return QConcat{};
    if (op == "Slice") {
      QSlice slice;
      array("starts", slice.starts, 0, kLargestChannels);
      array("steps", slice.steps, 1, kLargestChannels);
      return slice;
    }
    if (op == "Pad") {
      QPad pad;
      array("before", pad.before, 0, kLargestChannels);
      array("after", pad.after, 0, kLargestChannels);
      return pad;
    }
    if (op == "Reshape") return QReshape{};
    if (op == "Table") return QTable{};
    return QInput{};
  }

  std::string place_;
  ObjectReader reader_;
  Problems& problems_;
};

// Takes each node's tensors out of the file, so that what nobody asked for is found.
class TensorReader {
 public:
  TensorReader(const base::TensorFile& file, std::string_view place) : file_(file), place_(place) {}

  void read(const QuantisedNetwork& network, QNode& node) {
    if (auto* pool = std::get_if<QAveragePool>(&node.op)) {
      pool->multipliers = multipliers(node.name);
    }
    if (auto* table = std::get_if<QTable>(&node.op)) {
      const auto values = take<std::int8_t>(node.name + keys::kTable, {std::ssize(table->values)});
      std::ranges::copy(values, table->values.begin());
    }
    auto* conv = std::get_if<QConv>(&node.op);
    if (conv == nullptr) return;
    const model::Window& window = conv->window;
    if (conv->store == WeightStore::kCodebook) {
      const int bits = network.index_bits_of(*conv);
      const std::int64_t count = index_count(*conv, network.codebook_dimension);
      conv->indices = unpack_bits(
          take<std::uint8_t>(node.name + keys::kIndices, {packed_bytes(count, bits)}), count, bits);
    } else {
      conv->weights = vector<std::int8_t>(
          node.name + keys::kWeights,
          {conv->out_channels, window.kernel[0], window.kernel[1], conv->in_per_group()});
    }
    if (conv->bias_shift) {
      for (const std::int16_t bias :
           take<std::int16_t>(node.name + keys::kShortBias, {conv->out_channels})) {
        conv->bias.push_back(static_cast<std::int32_t>(bias) * (1 << *conv->bias_shift));
      }
      for (const std::uint16_t bits :
           take<std::uint16_t>(node.name + keys::kShortFactor, {conv->out_channels})) {
        conv->multipliers.push_back(factor_of(bits));
      }
      return;
    }
    conv->bias = vector<std::int32_t>(node.name + keys::kBias, {conv->out_channels});
    conv->multipliers = multipliers(node.name);
  }

  void refuse_others() const {
    for (const auto& [name, tensor] : file_.tensors) {
      if (taken_.contains(name)) continue;
      throw base::UserError("vqnet.format", std::string(place_),
                            fmt::format("tensor '{}' belongs to no node", name));
    }
  }

 private:
  template <typename T>
  std::span<const T> take(const std::string& name, const Shape& shape) {
    taken_.insert(name);
    return file_.get(name, base::dtype_of<T>(), shape, place_).template as<T>();
  }
  template <typename T>
  std::vector<T> vector(const std::string& name, const Shape& shape) {
    const auto values = take<T>(name, shape);
    return {values.begin(), values.end()};
  }
  std::vector<base::Multiplier> multipliers(const std::string& node) {
    const auto factors = take<std::int32_t>(node + keys::kMultiplier, {-1});
    const auto shifts = take<std::uint8_t>(node + keys::kShift, {std::ssize(factors)});
    std::vector<base::Multiplier> all;
    for (std::size_t i = 0; i < factors.size(); ++i) all.push_back({factors[i], shifts[i]});
    return all;
  }

  const base::TensorFile& file_;
  std::string_view place_;
  std::set<std::string> taken_;
};

std::string metadata(const base::TensorFile& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? std::string() : found->second;
}

// A damaged file is one kind of mistake, whatever the JSON readers call what they find in it.
void throw_as_format(const Problems& problems) {
  Problems renamed;
  for (const base::Problem& problem : problems.all()) {
    renamed.add("vqnet.format", problem.place, problem.message);
  }
  renamed.throw_if_any();
}

Json parse_metadata(const base::TensorFile& file, const std::string& key, std::string_view place) {
  try {
    return base::parse_json(metadata(file, key), fmt::format("{}: metadata '{}'", place, key));
  } catch (const base::UserError& error) {
    throw base::UserError("vqnet.format", error.problems().front().place,
                          error.problems().front().message);
  }
}

// Everything but the tensors.
QuantisedNetwork read_header(const base::TensorFile& file, std::string_view place) {
  const Json json = parse_metadata(file, keys::kNetwork, place);
  Problems problems;
  ObjectReader reader(json, std::string(place), "", problems);
  QuantisedNetwork network;
  network.name = reader.text("name");
  network.input = static_cast<int>(reader.integer("input", 0, kLargestInt));
  network.output = static_cast<int>(reader.integer("output", 0, kLargestInt));
  network.softmax_on_host = reader.boolean("softmax_on_host");
  if (reader.has("codebook")) {
    ObjectReader codebook = reader.object("codebook", ObjectReader::Presence::kRequired);
    network.codebook_sha256 = codebook.text("sha256");
    network.codebook_dimension = static_cast<int>(
        codebook.integer("dimension", codebook::kSmallestDimension, codebook::kLargestDimension));
    network.index_bits = static_cast<int>(codebook.integer("index_bits", 1, 16));
    codebook.finish();
  }
  const Json& nodes = reader.raw("nodes");
  if (!nodes.is_array()) problems.add("vqnet.format", std::string(place), "nodes must be an array");
  for (std::size_t i = 0; nodes.is_array() && i < nodes.size(); ++i) {
    network.nodes.push_back(NodeReader(nodes[i], place, problems).read());
    const auto* conv = std::get_if<QConv>(&network.nodes.back().op);
    if (conv != nullptr && conv->store == WeightStore::kCodebook && !reader.has("codebook")) {
      problems.add("vqnet.format", std::string(place), "codebook is missing");
    }
    if (conv == nullptr || !conv->subset || !problems.all().empty()) continue;
    const std::string problem = codebook::subset_problem(*conv->subset, 1 << network.index_bits);
    if (problem.empty()) continue;
    problems.add("vqnet.format", fmt::format("{}: node '{}'", place, network.nodes.back().name),
                 problem);
  }
  const Json& preprocess = reader.raw("preprocess");
  reader.finish();
  throw_as_format(problems);
  network.preprocess = model::preprocess_from_json(preprocess, place);
  network.summary = parse_metadata(file, keys::kSummary, place);
  return network;
}

}  // namespace

QuantisedNetwork parse_vqnet(std::string_view bytes, std::string_view name) {
  const base::TensorFile file = base::parse_safetensors(bytes, name);
  const std::string format = metadata(file, keys::kFormat);
  if (format != keys::kFormatName) {
    throw base::UserError("vqnet.format", std::string(name),
                          fmt::format("not a compressed network: metadata 'format' is '{}'; must "
                                      "be '{}'",
                                      format, keys::kFormatName));
  }
  QuantisedNetwork network = read_header(file, name);
  TensorReader tensors(file, name);
  for (QNode& node : network.nodes) tensors.read(network, node);
  tensors.refuse_others();
  validate(network, name);
  return network;
}

QuantisedNetwork read_vqnet(const std::filesystem::path& path) {
  return parse_vqnet(base::read_file(path), path.string());
}

}  // namespace vqrom::compress
