// SPDX-License-Identifier: Apache-2.0
// lower_pool — pooling, and means over whole axes as pooling.
#include <algorithm>

#include "sw/model/onnx/lowerings.h"
#include "sw/model/onnx/shape_rules.h"
#include "sw/model/onnx/window_rules.h"

namespace vqrom::model {
namespace {

template <typename Pool>
void bind_pool(Builder& builder, const RawNode& node, const View& map, Pool pool,
               const std::array<std::int64_t, 2>& extents) {
  const Shape shape{1, map.shape[1], extents[0], extents[1]};
  builder.bind(node, builder.add_view(node, std::move(pool), {map.node}, shape));
}

}  // namespace

void lower_max_pool(Builder& builder, const RawNode& node) {
  const View map = builder.plain_map(node, builder.variable(node, 0));
  const auto [window, extents] =
      pool_window(node, PaddingCounts::kNo, {map.shape[2], map.shape[3]});
  bind_pool(builder, node, map, MaxPool{window}, extents);
}

void lower_average_pool(Builder& builder, const RawNode& node) {
  const View map = builder.plain_map(node, builder.variable(node, 0));
  if (node.integers("dilations").value_or(Ints{1, 1}) != Ints{1, 1}) {
    fail(node, "onnx.attribute", "dilations must be 1");
  }
  const bool counts = node.integer("count_include_pad").value_or(0) != 0;
  const auto [window, extents] = pool_window(
      node, counts ? PaddingCounts::kYes : PaddingCounts::kNo, {map.shape[2], map.shape[3]});
  const bool padded = std::any_of(window.pads.begin(), window.pads.end(),
                                  [](std::int64_t pad) { return pad != 0; });
  bind_pool(builder, node, map, AveragePool{window, counts && padded}, extents);
}

void lower_global_average_pool(Builder& builder, const RawNode& node) {
  const View map = builder.plain_map(node, builder.variable(node, 0));
  Window window;
  window.kernel = {map.shape[2], map.shape[3]};
  bind_pool(builder, node, map, AveragePool{window, false}, {1, 1});
}

void lower_reduce_mean(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const std::size_t rank = input.shape.size();
  const Constant* axes_input = builder.constant(node, 1);
  const Ints axes = integers_setting(node, "axes", axes_input).value_or(Ints{});
  if (axes.empty() && node.integer("noop_with_empty_axes").value_or(0) != 0) {
    return lower_identity(builder, node);
  }
  std::vector<bool> reduced(rank, axes.empty());
  for (const std::int64_t axis : axes) reduced[checked_axis(node, axis, rank)] = true;

  const bool keep = node.integer("keepdims").value_or(1) != 0;
  Shape shape;
  bool reduces_data = false;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (!reduced[axis] || keep) shape.push_back(reduced[axis] ? 1 : input.shape[axis]);
    reduces_data = reduces_data || (reduced[axis] && input.shape[axis] != 1);
  }
  if (!reduces_data) return builder.bind(node, reshaped(input, shape, node.name));

  if (input.is_channel_last() && rank == 3 && !reduced.back()) {  // the mean of all tokens
    const int map = builder.with_shape(node, input, input.base);
    Window window;
    window.kernel = {input.base[2], input.base[3]};
    const View mean =
        builder.add_view(node, AveragePool{window, false}, {map}, {1, input.base[1], 1, 1});
    return builder.bind(node, reshaped(mean, shape, node.name + ".reshape"));
  }
  const View map = builder.map_view(node, input);
  Window window;
  Shape pooled = map.base;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::size_t from = map.permutation[axis];
    if (!reduced[axis] || map.base[from] == 1) continue;
    if (from < 2) fail(node, "onnx.layout", "takes the mean of other axes than height and width");
    window.kernel[from - 2] = map.base[from];
    pooled[from] = 1;
  }
  View result = builder.add_view(node, AveragePool{window, false}, {map.node}, pooled);
  result.permutation = map.permutation;
  result.shape = permuted(pooled, map.permutation);
  result = transposed(result, identity_permutation(rank));
  builder.bind(node, reshaped(result, shape, node.name + ".reshape"));
}

}  // namespace vqrom::model
