// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/placement.h"

#include <algorithm>

#include "gen/config/instruction_set.h"
#include "sw/base/checked.h"

namespace vqrom::compiler {
namespace {

using compress::MapShape;
using compress::QNode;
using compress::QuantisedNetwork;
using compress::WeightStore;

class Placer {
 public:
  Placer(const QuantisedNetwork& network, const config::AcceleratorConfig& config,
         std::int64_t batch, MemoryLayout& layout)
      : network_(network),
        rows_(config.array.rows),
        largest_kernel_((std::int64_t{1} << config::instruction_field("SHAPE", "kernel_h").width) -
                        1),
        batch_(batch),
        layout_(layout),
        places_(network.nodes.size()) {}

  std::vector<NodePlace> run() {
    for (std::size_t i = 0; i < places_.size(); ++i) find_view(static_cast<int>(i));
    for (std::size_t i = 0; i < places_.size(); ++i) find_table(static_cast<int>(i));
    for (std::size_t i = 0; i < places_.size(); ++i) find_unflattening(static_cast<int>(i));
    for (std::size_t i = 0; i < places_.size(); ++i) drop_unread_reshape(static_cast<int>(i));
    // Outer concatenations first, so that inner ones can stand inside of them.
    for (int i = static_cast<int>(places_.size()) - 1; i >= 0; --i) place_inputs(i);
    for (std::size_t i = 0; i < places_.size(); ++i) assign(static_cast<int>(i));
    return std::move(places_);
  }

 private:
  const QNode& node(int i) const { return network_.nodes[static_cast<std::size_t>(i)]; }
  NodePlace& place(int i) { return places_[static_cast<std::size_t>(i)]; }
  const QNode& input_of(const QNode& of) const { return node(of.inputs.front()); }

  void share(int i, int of, std::int64_t first_group) {
    place(i).storage = Storage::kView;
    place(i).of = of;
    place(i).first_group = first_group;
  }

  void find_view(int i) {
    const QNode& self = node(i);
    if (std::holds_alternative<compress::QReshape>(self.op)) {
      if (input_of(self).shape.channels == self.shape.channels) share(i, self.inputs[0], 0);
    } else if (const auto* slice = std::get_if<compress::QSlice>(&self.op)) {
      const MapShape& from = input_of(self).shape;
      const bool whole = from.height == self.shape.height && from.width == self.shape.width;
      const bool close = slice->steps[2] == 1 || self.shape.channels == 1;
      if (whole && close && slice->starts[2] % rows_ == 0) {
        share(i, self.inputs[0], slice->starts[2] / rows_);
      }
    } else if (std::holds_alternative<compress::QPad>(self.op)) {
      if (input_of(self).shape == self.shape) share(i, self.inputs[0], 0);
    } else if (std::holds_alternative<compress::QConcat>(self.op)) {
      if (self.inputs.size() == 1) share(i, self.inputs[0], 0);
    }
  }

  // A table that alone reads what array or vector unit compute takes the codes from there.
  void find_table(int i) {
    if (!std::holds_alternative<compress::QTable>(node(i).op)) return;
    const int from = node(i).inputs[0];
    const compress::QOp& op = node(from).op;
    const bool computed = std::holds_alternative<compress::QConv>(op) ||
                          std::holds_alternative<compress::QAdd>(op) ||
                          std::holds_alternative<compress::QClamp>(op) ||
                          std::holds_alternative<compress::QMaxPool>(op) ||
                          std::holds_alternative<compress::QAveragePool>(op);
    std::int64_t readers = 0;
    for (const QNode& reader : network_.nodes) readers += std::ranges::count(reader.inputs, from);
    if (!computed || readers != 1 || from == network_.output) return;
    place(from).storage = Storage::kTabled;
    place(from).of = i;
  }

  bool is_reshape(int i) const {
    return std::holds_alternative<compress::QReshape>(node(i).op) &&
           places_[static_cast<std::size_t>(i)].storage == Storage::kOwn;
  }

  void find_unflattening(int i) {
    const auto* conv = std::get_if<compress::QConv>(&node(i).op);
    if (conv == nullptr || conv->groups != 1 || conv->window != model::Window{}) return;
    if (!is_reshape(node(i).inputs[0])) return;
    const QNode& flat = input_of(node(i));
    const MapShape& from = input_of(flat).shape;
    const bool cut =
        conv->store == WeightStore::kCodebook && from.channels % network_.codebook_dimension != 0;
    const bool fits = from.height <= largest_kernel_ && from.width <= largest_kernel_;
    place(i).unflattens = flat.shape.height == 1 && flat.shape.width == 1 && !cut && fits;
  }

  void drop_unread_reshape(int i) {
    if (!is_reshape(i) || i == network_.output) return;
    bool read = false;
    for (std::size_t reader = 0; reader < places_.size(); ++reader) {
      read = read || (std::ranges::count(network_.nodes[reader].inputs, i) > 0 &&
                      !places_[reader].unflattens);
    }
    if (!read) place(i).storage = Storage::kNowhere;
  }

  void place_inputs(int i) {
    const QNode& self = node(i);
    if (!std::holds_alternative<compress::QConcat>(self.op)) return;
    if (place(i).storage == Storage::kView || !concat_is_aligned(network_, self, rows_)) return;
    std::int64_t channel = 0;
    for (const int from : self.inputs) {
      if (place(from).storage == Storage::kOwn) {
        place(from).storage = Storage::kInside;
        place(from).of = i;
        place(from).first_group = channel / rows_;
      }
      channel += node(from).shape.channels;
    }
  }

  // A place inside of a later node needs that one's address: recursion, as deep as they nest.
  void assign(int i) {
    NodePlace& self = place(i);
    if (self.group_stride != 0 || self.storage == Storage::kNowhere) return;
    const MapShape& shape = node(i).shape;
    self.group_stride = batch_ * shape.height * shape.width * rows_;
    if (self.storage == Storage::kOwn) {
      self.address = layout_.add_map(base::ceil_div(shape.channels, rows_) * self.group_stride);
      return;
    }
    assign(self.of);
    self.address = place(self.of).address + self.first_group * self.group_stride;
  }

  const QuantisedNetwork& network_;
  std::int64_t rows_;
  std::int64_t largest_kernel_;
  std::int64_t batch_;
  MemoryLayout& layout_;
  std::vector<NodePlace> places_;
};

}  // namespace

std::vector<NodePlace> place_nodes(const QuantisedNetwork& network,
                                   const config::AcceleratorConfig& config, std::int64_t batch,
                                   MemoryLayout& layout) {
  return Placer(network, config, batch, layout).run();
}

bool concat_is_aligned(const QuantisedNetwork& network, const QNode& node, std::int64_t rows) {
  std::int64_t channel = 0;
  for (const int from : node.inputs) {
    if (channel % rows != 0) return false;
    channel += network.nodes[static_cast<std::size_t>(from)].shape.channels;
  }
  return true;
}

}  // namespace vqrom::compiler
