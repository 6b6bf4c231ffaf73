// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/topology.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/compress/validate.h"

namespace vqrom::compiler {
namespace {

using Cells = std::vector<std::string>;

constexpr std::string_view kCode = "program.topology";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kSpaces = " \t\r";
constexpr std::size_t kConvCells = 8;
constexpr std::size_t kMatrixCells = 4;
constexpr std::string_view kDepthwise = "DP";  // in a layer's name
constexpr std::string_view kNoSparsity = "1:1";

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpaces) - first + 1));
}

// Without the empty cells at the end: lines may end with a comma.
Cells cells_of(std::string_view line) {
  Cells cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  while (!cells.empty() && cells.back().empty()) cells.pop_back();
  return cells;
}

bool is_matrix_head(const Cells& head) {
  const auto is = [&](std::size_t cell, char upper) {
    return head[cell].size() == 1 && (head[cell][0] == upper || head[cell][0] == upper - 'A' + 'a');
  };
  return head.size() >= kMatrixCells && is(1, 'M') && is(2, 'N') && is(3, 'K');
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  Topology run() {
    topology_.name = std::filesystem::path(place_).stem().string();
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    read_head(cells_of(next_line()));
    while (!text_.empty()) {
      const Cells cells = cells_of(next_line());
      if (!cells.empty()) read_layer(cells);
    }
    if (problems_.empty() && topology_.layers.empty()) add(place_, "has no layers");
    problems_.throw_if_any();
    return std::move(topology_);
  }

 private:
  std::string_view next_line() {
    ++line_;
    const std::size_t end = text_.find('\n');
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    return line;
  }

  void add(const std::string& place, std::string message) {
    problems_.add(std::string(kCode), place, std::move(message));
  }
  void add(std::string message) { add(fmt::format("{}:{}", place_, line_), std::move(message)); }

  void read_head(const Cells& head) {
    matrix_ = is_matrix_head(head);
    if (!matrix_ && (head.size() < kConvCells || number(head[1]))) {
      add("must be a head of 8 columns (layer name, IFMAP height and width, filter height and "
          "width, channels, filters, strides) or of 4 (layer, M, N, K)");
      problems_.throw_if_any();
    }
  }

  std::int64_t extent(const Cells& cells, std::size_t cell, const char* name, std::int64_t most) {
    const std::optional<std::int64_t> value = number(cells[cell]);
    if (value && *value >= 1 && *value <= most) return *value;
    add(fmt::format("{} is '{}'; must be a number from 1 to {}", name, cells[cell], most));
    return 1;
  }

  void read_layer(const Cells& cells) {
    const std::size_t wanted = matrix_ ? kMatrixCells : kConvCells;
    if (cells.size() < wanted) {
      return add(fmt::format("has {} cells; must have {}", cells.size(), wanted));
    }
    TopologyLayer layer = matrix_ ? matrix(cells) : convolution(cells);
    layer.name = unique(cells[0]);
    topology_.layers.push_back(std::move(layer));
  }

  TopologyLayer matrix(const Cells& cells) {
    TopologyLayer layer;
    layer.matrix = true;
    layer.input.height = extent(cells, 1, "M", compress::kLargestExtent);
    layer.filters = extent(cells, 2, "N", compress::kLargestChannels);
    layer.input.channels = extent(cells, 3, "K", compress::kLargestChannels);
    if (cells.size() > kMatrixCells) check_sparsity(cells[kMatrixCells]);
    return layer;
  }

  TopologyLayer convolution(const Cells& cells) {
    using compress::kLargestChannels;
    using compress::kLargestExtent;
    TopologyLayer layer;
    layer.input.height = extent(cells, 1, "the IFMAP height", kLargestExtent);
    layer.input.width = extent(cells, 2, "the IFMAP width", kLargestExtent);
    layer.kernel_height = extent(cells, 3, "the filter height", kLargestExtent);
    layer.kernel_width = extent(cells, 4, "the filter width", kLargestExtent);
    layer.input.channels = extent(cells, 5, "the number of channels", kLargestChannels);
    layer.filters = extent(cells, 6, "the number of filters", kLargestChannels);
    layer.stride_height = extent(cells, 7, "the stride", kLargestExtent);
    layer.stride_width = layer.stride_height;
    if (cells.size() > kConvCells) {
      if (number(cells[kConvCells])) {
        layer.stride_width = extent(cells, kConvCells, "the stride width", kLargestExtent);
      } else {
        check_sparsity(cells[kConvCells]);
      }
    }
    if (layer.kernel_height > layer.input.height || layer.kernel_width > layer.input.width) {
      add(fmt::format("the filter is {}x{}; must be no larger than the IFMAP, {}x{}",
                      layer.kernel_height, layer.kernel_width, layer.input.height,
                      layer.input.width));
    }
    if (cells[0].find(kDepthwise) != std::string::npos) layer.groups = layer.input.channels;
    // A product of matrices in the columns of a convolution.
    if (layer.input.channels == 1 && layer.kernel_height == 1 && layer.stride_height == 1 &&
        layer.input.width > 1 && layer.kernel_width == layer.input.width) {
      layer.input = {layer.input.height, 1, layer.input.width};
      layer.kernel_width = layer.stride_width = 1;
      layer.matrix = true;
    }
    return layer;
  }

  void check_sparsity(const std::string& cell) {
    if (cell == kNoSparsity || cell.find(':') == std::string::npos) return;  // or a remark
    add(fmt::format("the sparsity is '{}'; must be {} or left out: the accelerator skips no zeros",
                    cell, kNoSparsity));
  }

  // Layers are told apart by their names; files need not do so.
  std::string unique(std::string name) {
    if (name.empty()) name = fmt::format("line{}", line_);
    const int seen = ++seen_[name];
    return seen == 1 ? name : unique(fmt::format("{}#{}", name, seen));
  }

  std::string_view text_;
  std::string place_;
  int line_ = 0;
  bool matrix_ = false;
  std::map<std::string, int> seen_;
  Topology topology_;
  base::Problems problems_;
};

}  // namespace

Topology parse_topology(std::string_view text, std::string_view place) {
  return Parser(text, place).run();
}

Topology read_topology(const std::filesystem::path& path) {
  return parse_topology(base::read_file(path), path.string());
}

Topology topology_of(const compress::QuantisedNetwork& network) {
  Topology topology{network.name, {}};
  for (const compress::QNode& node : network.nodes) {
    const auto* conv = std::get_if<compress::QConv>(&node.op);
    if (conv == nullptr) continue;
    const model::Window& window = conv->window;
    const auto reached = [&](std::int64_t outputs, std::size_t axis) {
      return (outputs - 1) * window.stride[axis] + window.kernel[axis];
    };
    const bool depthwise = conv->groups > 1 && conv->groups == conv->in_channels;
    TopologyLayer layer;
    layer.input = {reached(node.shape.height, 0), reached(node.shape.width, 1),
                   depthwise ? conv->in_channels : conv->in_per_group()};
    layer.kernel_height = window.kernel[0];
    layer.kernel_width = window.kernel[1];
    layer.filters = conv->out_channels / conv->groups;
    layer.groups = depthwise ? conv->groups : 1;
    layer.stride_height = window.stride[0];
    layer.stride_width = window.stride[1];
    const std::int64_t lines = depthwise ? 1 : conv->groups;
    for (std::int64_t group = 0; group < lines; ++group) {
      layer.name = depthwise    ? fmt::format("{} {}", node.name, kDepthwise)
                   : lines == 1 ? node.name
                                : fmt::format("{} group {}", node.name, group);
      topology.layers.push_back(layer);
    }
  }
  return topology;
}

std::string topology_csv(const Topology& topology) {
  std::string text =
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
      "Strides,\n";
  for (const TopologyLayer& layer : topology.layers) {
    std::string name = layer.name;
    std::ranges::replace(name, ',', '_');
    text += fmt::format("{}, {}, {}, {}, {}, {}, {}, {},", name, layer.input.height,
                        layer.input.width, layer.kernel_height, layer.kernel_width,
                        layer.input.channels, layer.filters, layer.stride_height);
    if (layer.stride_width != layer.stride_height) text += fmt::format(" {},", layer.stride_width);
    text += '\n';
  }
  return text;
}

}  // namespace vqrom::compiler
