// SPDX-License-Identifier: Apache-2.0
// lower_conv — convolutions and linear layers: on the array in indices or int8, or, depthwise, on
// the vector unit.
#include <algorithm>
#include <memory>

#include "sw/base/checked.h"
#include "sw/compiler/lowering.h"
#include "sw/compiler/machine_subset.h"
#include "sw/compress/bit_packing.h"

namespace vqrom::compiler {
namespace {

using base::ceil_div;
using compress::QConv;
using compress::QNode;
using compress::WeightStore;

constexpr std::string_view kUnalignedGroups =
    "its groups are no multiples of codewords or lanes, so that it needs int8 weights";

// Where the channels of a conv's groups stand in the maps that the array reads and writes, and the
// kernel that it sees. An unflattened linear layer has the kernel of its map.
struct Arrangement {
  std::int64_t kernel_h = 1;
  std::int64_t kernel_w = 1;
  std::int64_t inputs = 0;         // channels of a group at one kernel position
  std::int64_t outputs = 0;        // channels of a group
  std::int64_t input_stride = 0;   // from a group's first input channel to the next group's
  std::int64_t output_stride = 0;  // the same for outputs
};

Arrangement arrangement_of(const QConv& conv, std::int64_t kernel_h, std::int64_t kernel_w) {
  const std::int64_t positions = kernel_h * kernel_w;
  const std::int64_t inputs =
      conv.in_per_group() * conv.window.kernel[0] * conv.window.kernel[1] / positions;
  const std::int64_t outputs = conv.out_channels / conv.groups;
  return {kernel_h, kernel_w, inputs, outputs, inputs, outputs};
}

// Blocks of a convolution in indices: each belongs to one group.
std::vector<Block> codebook_blocks(std::int64_t groups, const Arrangement& channels,
                                   std::int64_t rows, std::int64_t columns) {
  std::vector<Block> blocks;
  for (std::int64_t group = 0; group < groups; ++group) {
    const std::int64_t first = group * channels.input_stride;
    const std::int64_t last = first + channels.inputs - 1;
    for (std::int64_t output = 0; output < channels.outputs; output += columns) {
      blocks.push_back({group * channels.output_stride + output,
                        std::min(columns, channels.outputs - output), first / rows,
                        last / rows - first / rows + 1, first % rows, last % rows});
    }
  }
  return blocks;
}

// Blocks of a dense convolution: output channels as they come, with zeros where groups differ.
std::vector<Block> dense_blocks(std::int64_t groups, const Arrangement& channels, std::int64_t rows,
                                std::int64_t columns) {
  std::vector<Block> blocks;
  const std::int64_t all = groups * channels.outputs;
  for (std::int64_t output = 0; output < all; output += columns) {
    const std::int64_t count = std::min(columns, all - output);
    const std::int64_t first = output / channels.outputs * channels.inputs;
    const std::int64_t last = ((output + count - 1) / channels.outputs + 1) * channels.inputs - 1;
    blocks.push_back({output, count, first / rows, last / rows - first / rows + 1, 0, last % rows});
  }
  return blocks;
}

// Writes the weights of tiles.
class Packer {
 public:
  Packer(const Arrangement& channels, std::vector<Block> blocks,
         const config::AcceleratorConfig& config, int index_bits)
      : channels_(channels),
        blocks_(std::move(blocks)),
        rows_(config.array.rows),
        columns_(config.array.columns),
        dimension_(config.codebook.dimension),
        index_bits_(index_bits) {}

  // `weights`: [output][ky][kx][input of the group].
  void dense(const TileKey& key, std::span<const std::int8_t> weights,
             std::span<std::uint8_t> to) const {
    const Block& block = blocks_[static_cast<std::size_t>(key.block)];
    for (std::int64_t column = 0; column < block.channels; ++column) {
      const std::int64_t output = block.first_channel + column;
      const std::int64_t own = output / channels_.outputs * channels_.inputs;
      const std::int64_t begin = std::max(own, key.group * rows_);
      const std::int64_t end = std::min(own + channels_.inputs, (key.group + 1) * rows_);
      if (begin >= end) continue;
      const std::int64_t from = position(output, key) * channels_.inputs + begin - own;
      std::copy_n(weights.begin() + from, end - begin,
                  to.begin() + column * rows_ + begin - key.group * rows_);
    }
  }

  // `indices`: [output][ky][kx][codeword of the group], to each of which `offset` is added.
  void indices(const TileKey& key, std::span<const std::int32_t> indices, std::int32_t offset,
               std::span<std::uint8_t> to) const {
    const Block& block = blocks_[static_cast<std::size_t>(key.block)];
    const std::int64_t group = block.first_channel / channels_.output_stride;
    const std::int64_t first_output =
        group * channels_.outputs + block.first_channel % channels_.output_stride;
    const std::int64_t per_column = rows_ / dimension_;
    const std::int64_t per_position = ceil_div(channels_.inputs, dimension_);
    // The group's codeword that stands in the tile's lowest rows; below 0: other groups' rows.
    const std::int64_t shift = key.group * per_column - group * channels_.input_stride / dimension_;
    std::vector<std::int32_t> tile(static_cast<std::size_t>(columns_ * per_column));
    for (std::int64_t column = 0; column < block.channels; ++column) {
      const std::int64_t from = position(first_output + column, key) * per_position + shift;
      for (std::int64_t i = std::max<std::int64_t>(0, -shift);
           i < std::min(per_column, per_position - shift); ++i) {
        tile[static_cast<std::size_t>(column * per_column + i)] =
            offset + indices[static_cast<std::size_t>(from + i)];
      }
    }
    std::ranges::copy(compress::pack_bits(tile, index_bits_), to.begin());
  }

 private:
  [[nodiscard]] std::int64_t position(std::int64_t output, const TileKey& key) const {
    return (output * channels_.kernel_h + key.ky) * channels_.kernel_w + key.kx;
  }

  Arrangement channels_;
  std::vector<Block> blocks_;
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t dimension_;
  int index_bits_;
};

// The parameters of each block's columns; idle ones are harmless.
std::vector<Parameter> column_parameters(const QConv& conv, const Arrangement& channels,
                                         const std::vector<Block>& blocks, std::int64_t columns) {
  std::vector<Parameter> parameters;
  for (const Block& block : blocks) {
    for (std::int64_t column = 0; column < columns; ++column) {
      const std::int64_t channel = block.first_channel + column;
      const auto output = static_cast<std::size_t>(
          channel / channels.output_stride * channels.outputs + channel % channels.output_stride);
      parameters.push_back(column < block.channels
                               ? Parameter{conv.bias[output], conv.multipliers[output]}
                               : Parameter{});
    }
  }
  return parameters;
}

bool is_depthwise(const QConv& conv) {
  return conv.groups > 1 && conv.groups == conv.in_channels && conv.groups == conv.out_channels;
}

// An array layer without its views and axes.
ArrayLayer array_conv(const QConv& conv, const Arrangement& channels,
                      std::shared_ptr<const std::vector<std::int8_t>> decoded,
                      const config::AcceleratorConfig& config) {
  ArrayLayer layer;
  layer.dense = conv.store == WeightStore::kDense || decoded != nullptr;
  layer.blocks =
      layer.dense ? dense_blocks(conv.groups, channels, config.array.rows, config.array.columns)
                  : codebook_blocks(conv.groups, channels, config.array.rows, config.array.columns);
  layer.parameters = column_parameters(conv, channels, layer.blocks, config.array.columns);
  const codebook::Subset subset = machine_subset(conv, config);
  if (!layer.dense && subset.index_bits != config.index_bits()) {
    layer.index_bits = subset.index_bits;
    layer.index_base = subset.base;
  }
  const Packer packer(channels, layer.blocks, config, subset.index_bits);
  if (layer.dense) {
    layer.pack = [packer, decoded, &conv](const TileKey& key, std::span<std::uint8_t> to) {
      packer.dense(key, decoded ? *decoded : conv.weights, to);
    };
  } else {
    const std::int32_t offset = conv.index_base() - subset.base;
    layer.pack = [packer, offset, &conv](const TileKey& key, std::span<std::uint8_t> to) {
      packer.indices(key, conv.indices, offset, to);
    };
  }
  return layer;
}

}  // namespace

void Lowering::lower_conv(const QNode& node, const QConv& conv) {
  const bool codebook = conv.store == WeightStore::kCodebook;
  current_.operation = conv.linear ? "linear" : is_depthwise(conv) ? "depthwise" : "conv";
  current_.weights = codebook ? "codebook" : "dense";
  current_.macs = conv.weight_count() * node.shape.height * node.shape.width * batch_;

  std::shared_ptr<const std::vector<std::int8_t>> decoded;
  const std::int64_t outputs = conv.out_channels / conv.groups;
  const bool aligned = conv.in_per_group() % config_.codebook.dimension == 0 &&
                       outputs % config_.requantise.lanes == 0;
  if (codebook && conv.groups > 1 && !aligned) {
    if (codebook_ == nullptr) return lower_unaligned_groups(node, conv);
    decoded = std::make_shared<const std::vector<std::int8_t>>(
        compress::decode_weights(conv, *codebook_));
    current_.weights = "dense";
  }
  const std::int64_t taps = conv.window.kernel[0] * conv.window.kernel[1];
  const bool int8 = !codebook || decoded != nullptr;
  const auto [down, right] = axes_of(conv.window, input_of(node).shape, node.shape);
  const bool fits = taps <= config_.buffers.window_vectors &&
                    std::min(down.reach(), down.in) * std::min(right.reach(), right.in) <=
                        config_.buffers.activation_vectors;
  if (is_depthwise(conv) && int8 && fits) {
    return lower_depthwise(node, conv, decoded ? *decoded : conv.weights);
  }
  if (int8) require_bypass(node, decoded ? kUnalignedGroups : "its weights are dense");

  if (int8 && should_unfold(node, conv)) return lower_unfolded(node, conv);
  const bool unflattens = places_[static_cast<std::size_t>(current_.node)].unflattens;
  const int from = unflattens ? input_of(node).inputs.front() : node.inputs.front();
  const compress::MapShape& in = node_at(from).shape;
  auto [y, x] = axes_of(conv.window, in, node.shape);
  if (unflattens) {
    y.kernel = in.height;
    x.kernel = in.width;
  }
  ArrayLayer layer = array_conv(conv, arrangement_of(conv, y.kernel, x.kernel), decoded, config_);
  add_array_layer(std::move(layer), node, y, x, view_of(from), view_of(current_.node));
}

void Lowering::add_array_layer(ArrayLayer layer, const QNode& node, const Axis& y, const Axis& x,
                               View input, View output) {
  const auto& conv = std::get<QConv>(node.op);
  layer.node = current_.node;
  layer.name = node.name;
  layer.y = y;
  layer.x = x;
  layer.input = std::move(input);
  layer.output = std::move(output);
  layer.pad_code = input_of(node).quantisation.zero_point;
  layer.zero_point = node.quantisation.zero_point;
  layer.low = conv.range.low;
  layer.high = conv.range.high;
  current_.layers.emplace_back(std::move(layer));
}

bool Lowering::should_unfold(const QNode& node, const QConv& conv) const {
  if (conv.store != WeightStore::kDense || conv.groups != 1 || conv.window.kernel[1] == 1) {
    return false;
  }
  const compress::MapShape& in = input_of(node).shape;
  const std::int64_t kh = conv.window.kernel[0];
  const std::int64_t kw = conv.window.kernel[1];
  const std::int64_t pixels = node.shape.height * node.shape.width;
  const std::int64_t blocks = ceil_div(conv.out_channels, columns_);
  const std::int64_t unfolded = kw * conv.in_channels;
  const std::int64_t direct = kh * kw * ceil_div(conv.in_channels, rows_) * pixels * blocks;
  // The first step, and writing and reading what it makes.
  const std::int64_t between = in.height * node.shape.width;
  const std::int64_t vectors = between * ceil_div(unfolded, rows_);
  const std::int64_t first =
      std::max(between * kw * ceil_div(unfolded, columns_), vectors * config_.vector_words());
  const std::int64_t second =
      std::max(kh * ceil_div(unfolded, rows_) * pixels * blocks, vectors * config_.vector_words());
  return 5 * (first + second) < 4 * direct;
}

void Lowering::lower_unfolded(const QNode& node, const QConv& conv) {
  const auto [y, x] = axes_of(conv.window, input_of(node).shape, node.shape);
  Selection beside;
  for (std::int64_t kx = 0; kx < x.kernel; ++kx) {
    for (std::int64_t c = 0; c < conv.in_channels; ++c) beside.push_back(Selected{c, 0, kx});
  }
  View map = new_map(y.in, x.out, std::ssize(beside));
  add_selection(node, {1, 1, 1, 0, y.in, y.in}, x, view_of(node.inputs.front()), map,
                input_of(node).quantisation.zero_point, beside);
  ArrayLayer layer = array_conv(conv, arrangement_of(conv, y.kernel, 1), nullptr, config_);
  add_array_layer(std::move(layer), node, y, {1, 1, 1, 0, x.out, x.out}, std::move(map),
                  view_of(current_.node));
}

void Lowering::lower_unaligned_groups(const QNode& node, const QConv& conv) {
  require_bypass(node, kUnalignedGroups);
  const auto [y, x] = axes_of(conv.window, input_of(node).shape, node.shape);
  const std::int64_t d = config_.codebook.dimension;
  const std::int64_t lanes = config_.requantise.lanes;
  Arrangement channels = arrangement_of(conv, y.kernel, x.kernel);
  channels.input_stride = ceil_div(channels.inputs, d) * d;
  channels.output_stride = ceil_div(channels.outputs, lanes) * lanes;

  const Axis rows{1, 1, 1, 0, y.in, y.in};
  const Axis pixels{1, 1, 1, 0, x.in, x.in};
  View input = view_of(node.inputs.front());
  if (channels.input_stride != channels.inputs) {
    Selection spread(static_cast<std::size_t>(conv.groups * channels.input_stride));
    for (std::int64_t i = 0; i < conv.in_channels; ++i) {
      const std::int64_t to = i / channels.inputs * channels.input_stride + i % channels.inputs;
      spread[static_cast<std::size_t>(to)] = Selected{i};
    }
    View map = new_map(y.in, x.in, std::ssize(spread));
    add_selection(node, rows, pixels, std::move(input), map, input_of(node).quantisation.zero_point,
                  spread);
    input = std::move(map);
  }
  const bool packs = channels.output_stride != channels.outputs;
  View output =
      packs ? new_map(y.out, x.out, conv.groups * channels.output_stride) : view_of(current_.node);
  add_array_layer(array_conv(conv, channels, nullptr, config_), node, y, x, std::move(input),
                  output);
  if (!packs) return;
  Selection gathered;
  for (std::int64_t o = 0; o < conv.out_channels; ++o) {
    gathered.push_back(
        Selected{o / channels.outputs * channels.output_stride + o % channels.outputs});
  }
  add_selection(node, {1, 1, 1, 0, y.out, y.out}, {1, 1, 1, 0, x.out, x.out}, std::move(output),
                view_of(current_.node), node.quantisation.zero_point, gathered);
}

void Lowering::lower_depthwise(const QNode& node, const QConv& conv,
                               const std::vector<std::int8_t>& weights) {
  const auto [y, x] = axes_of(conv.window, input_of(node).shape, node.shape);
  VectorLayer layer = vector_layer(config::Operation::kWindowSum, y, x,
                                   view_of(node.inputs.front()), view_of(current_.node), node);
  layer.low = conv.range.low;
  layer.high = conv.range.high;
  layer.pad_code = input_of(node).quantisation.zero_point;
  const std::int64_t groups = std::ssize(layer.output.groups);
  const std::int64_t taps = y.kernel * x.kernel;
  layer.weights.resize(static_cast<std::size_t>(groups * taps * rows_));
  layer.parameters.emplace_back(static_cast<std::size_t>(groups * rows_));
  for (std::int64_t channel = 0; channel < conv.out_channels; ++channel) {
    const auto at = static_cast<std::size_t>(channel);
    layer.parameters[0][at] = {conv.bias[at], conv.multipliers[at]};
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      layer.weights[static_cast<std::size_t>((channel / rows_ * taps + tap) * rows_ +
                                             channel % rows_)] =
          weights[static_cast<std::size_t>(channel * taps + tap)];
    }
  }
  current_.layers.emplace_back(std::move(layer));
}

}  // namespace vqrom::compiler
