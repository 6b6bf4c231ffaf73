// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/lowering.h"

#include <algorithm>

#include "sw/base/checked.h"

namespace vqrom::compiler {

using compress::MapShape;
using compress::QNode;

Lowering::Lowering(const compress::QuantisedNetwork& network,
                   const config::AcceleratorConfig& config, std::int64_t batch,
                   const codebook::Codebook* codebook, MemoryLayout& layout)
    : network_(network),
      config_(config),
      batch_(batch),
      codebook_(codebook),
      layout_(layout),
      places_(place_nodes(network, config, batch, layout)),
      rows_(config.array.rows),
      columns_(config.array.columns) {}

std::vector<LoweredNode> Lowering::run() {
  std::vector<LoweredNode> result;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    const Storage storage = places_[i].storage;
    if (storage == Storage::kView || storage == Storage::kNowhere) continue;
    const QNode& node = network_.nodes[i];
    const bool is_made =
        std::holds_alternative<compress::QTable>(node.op) &&
        places_[static_cast<std::size_t>(node.inputs[0])].storage == Storage::kTabled;
    if (is_made) continue;
    current_ = {static_cast<int>(i), "copy", "none", 0, {}};
    lower(static_cast<int>(i));
    add_table();
    if (!current_.layers.empty()) result.push_back(std::move(current_));
  }
  problems_.throw_if_any();
  return result;
}

void Lowering::lower(int index) {
  const QNode& node = node_at(index);
  struct Visitor {
    Lowering& self;
    const QNode& node;
    void operator()(const compress::QInput&) const {}
    void operator()(const compress::QConv& conv) const { self.lower_conv(node, conv); }
    void operator()(const compress::QAdd& add) const { self.lower_add(node, add); }
    void operator()(const compress::QClamp& clamp) const { self.lower_clamp(node, clamp); }
    void operator()(const compress::QMaxPool& pool) const { self.lower_max_pool(node, pool); }
    void operator()(const compress::QAveragePool& pool) const {
      self.lower_average_pool(node, pool);
    }
    void operator()(const compress::QConcat&) const { self.lower_concat(node); }
    void operator()(const compress::QSlice& slice) const { self.lower_slice(node, slice); }
    void operator()(const compress::QPad& pad) const { self.lower_pad(node, pad); }
    void operator()(const compress::QTable&) const { self.lower_table(node); }
    void operator()(const compress::QReshape&) const { self.lower_reshape(node); }
  };
  std::visit(Visitor{*this, node}, node.op);
}

const compress::QTable* Lowering::table() const {
  const NodePlace& place = places_[static_cast<std::size_t>(current_.node)];
  const int holder = place.storage == Storage::kTabled ? place.of : current_.node;
  return std::get_if<compress::QTable>(&node_at(holder).op);
}

void Lowering::add_table() {
  const compress::QTable* found = table();
  if (found == nullptr) return;
  const View map = view_of(current_.node);
  for (MachineLayer& layer : current_.layers) {
    LayerBase& base = std::visit([](LayerBase& any) -> LayerBase& { return any; }, layer);
    if (std::ranges::count(map.groups, base.output.groups.front()) == 0) continue;
    base.table.assign(found->values.begin(), found->values.end());
  }
}

void Lowering::require_bypass(const QNode& node, std::string_view why) {
  if (config_.array.dense_bypass) return;
  problems_.add("program.dense", fmt::format("{}: node '{}'", network_.name, node.name),
                fmt::format("{}, and the bundle's array has no dense bypass; generate it with "
                            "array.dense_bypass",
                            why));
}

View Lowering::view_of(int node) const {
  const NodePlace& place = places_[static_cast<std::size_t>(node)];
  const MapShape& shape = node_at(node).shape;
  View view;
  for (std::int64_t g = 0; g < base::ceil_div(shape.channels, rows_); ++g) {
    view.groups.push_back(place.address + g * place.group_stride);
  }
  view.images = batch_;
  view.height = shape.height;
  view.width = shape.width;
  view.row_stride = shape.width * rows_;
  view.image_stride = shape.height * view.row_stride;
  return view;
}

View Lowering::new_map(std::int64_t height, std::int64_t width, std::int64_t channels) {
  const std::int64_t groups = base::ceil_div(channels, rows_);
  const std::int64_t stride = batch_ * height * width * rows_;
  const std::int64_t address = layout_.add_map(groups * stride);
  View view;
  for (std::int64_t g = 0; g < groups; ++g) view.groups.push_back(address + g * stride);
  view.images = batch_;
  view.height = height;
  view.width = width;
  view.row_stride = width * rows_;
  view.image_stride = height * view.row_stride;
  return view;
}

std::array<Axis, 2> axes_of(const model::Window& window, const MapShape& in, const MapShape& out) {
  return {Axis{window.kernel[0], window.stride[0], window.dilation[0], -window.pads[0], in.height,
               out.height},
          Axis{window.kernel[1], window.stride[1], window.dilation[1], -window.pads[1], in.width,
               out.width}};
}

View some_groups(const View& view, std::int64_t first, std::int64_t count) {
  View part = view;
  part.groups.assign(view.groups.begin() + first, view.groups.begin() + first + count);
  return part;
}

}  // namespace vqrom::compiler
