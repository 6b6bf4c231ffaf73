// SPDX-License-Identifier: Apache-2.0
// lowering — the nodes of a network as work for array and vector unit, on maps in memory.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/codebook/codebook.h"
#include "sw/compiler/machine_layer.h"
#include "sw/compiler/memory_layout.h"
#include "sw/compiler/placement.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::compiler {

// What one node becomes; `layers` in the order of their work.
struct LoweredNode {
  int node = 0;
  std::string operation;  // as LayerPlace
  std::string weights;
  std::int64_t macs = 0;
  std::vector<MachineLayer> layers;
};

// Where each output channel of a copy comes from: a channel of the input's groups (group * R + row)
// at a kernel position; nothing: the zero point.
struct Selected {
  std::int64_t channel = 0;
  std::int64_t ky = 0;
  std::int64_t kx = 0;
};
using Selection = std::vector<std::optional<Selected>>;

class Lowering {
 public:
  // `codebook` (may be null) lets codebook layers be decoded where the array cannot use indices.
  Lowering(const compress::QuantisedNetwork& network, const config::AcceleratorConfig& config,
           std::int64_t batch, const codebook::Codebook* codebook, MemoryLayout& layout);

  [[nodiscard]] const std::vector<NodePlace>& places() const { return places_; }
  // Nodes that need no work have none. Errors: program.dense, all of them at once.
  [[nodiscard]] std::vector<LoweredNode> run();

 private:
  void lower(int node);
  void lower_conv(const compress::QNode& node, const compress::QConv& conv);
  // A codebook layer whose groups do not start at codewords or beats: its channels are spread
  // before and gathered after.
  void lower_unaligned_groups(const compress::QNode& node, const compress::QConv& conv);
  // A convolution of few channels: a first step puts the kernel's columns beside each other as
  // channels, where that is faster.
  [[nodiscard]] bool should_unfold(const compress::QNode& node, const compress::QConv& conv) const;
  void lower_unfolded(const compress::QNode& node, const compress::QConv& conv);
  void lower_depthwise(const compress::QNode& node, const compress::QConv& conv,
                       const std::vector<std::int8_t>& weights);
  void add_array_layer(ArrayLayer layer, const compress::QNode& node, const Axis& y, const Axis& x,
                       View input, View output);
  void lower_add(const compress::QNode& node, const compress::QAdd& add);
  void lower_table(const compress::QNode& node);
  void lower_clamp(const compress::QNode& node, const compress::QClamp& clamp);
  void lower_max_pool(const compress::QNode& node, const compress::QMaxPool& pool);
  void lower_average_pool(const compress::QNode& node, const compress::QAveragePool& pool);
  void lower_concat(const compress::QNode& node);
  void lower_slice(const compress::QNode& node, const compress::QSlice& slice);
  void lower_pad(const compress::QNode& node, const compress::QPad& pad);
  void lower_reshape(const compress::QNode& node);

  // A dense convolution of 0s and 1s that moves channels; selection[c] is for output channel c.
  void add_selection(const compress::QNode& node, const Axis& y, const Axis& x, View input,
                     View output, std::int32_t zero_point, const Selection& selection);
  // One rectangle, no parameters.
  [[nodiscard]] VectorLayer vector_layer(config::Operation operation, const Axis& y, const Axis& x,
                                         View a, View output, const compress::QNode& node) const;
  // Maxima of windows, a window of one for copies; codes stay in their rows.
  void add_maximum(const compress::QNode& node, const Axis& y, const Axis& x, View input,
                   View output, std::int32_t pad_code, compress::CodeRange range);
  // What current_'s codes go through: its own table, or that of its only reader. Null if none.
  [[nodiscard]] const compress::QTable* table() const;
  // Gives the table to the layers that write the node's map.
  void add_table();
  void require_bypass(const compress::QNode& node, std::string_view why);

  [[nodiscard]] View view_of(int node) const;
  [[nodiscard]] View new_map(std::int64_t height, std::int64_t width, std::int64_t channels);
  [[nodiscard]] const compress::QNode& node_at(int node) const {
    return network_.nodes[static_cast<std::size_t>(node)];
  }
  [[nodiscard]] const compress::QNode& input_of(const compress::QNode& node) const {
    return node_at(node.inputs.front());
  }

  const compress::QuantisedNetwork& network_;
  const config::AcceleratorConfig& config_;
  std::int64_t batch_;
  const codebook::Codebook* codebook_;
  MemoryLayout& layout_;
  std::vector<NodePlace> places_;
  std::int64_t rows_;
  std::int64_t columns_;
  LoweredNode current_;
  base::Problems problems_;
};

[[nodiscard]] std::array<Axis, 2> axes_of(const model::Window& window, const compress::MapShape& in,
                                          const compress::MapShape& out);
// Groups `first` … `first + count - 1` of a view.
[[nodiscard]] View some_groups(const View& view, std::int64_t first, std::int64_t count);

}  // namespace vqrom::compiler
