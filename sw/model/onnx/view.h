// SPDX-License-Identifier: Apache-2.0
// view — a tensor of the ONNX graph as a way of looking at the output of a model node.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sw/base/tensor.h"

namespace vqrom::model {

using base::Shape;
using Permutation = std::vector<std::size_t>;

// Transpose, Reshape, Flatten, Squeeze and Unsqueeze move no data here; they only change the view.
// The elements of the node's output in row-major order are seen with the extents `base`; axis a of
// that tensor's transpose is its axis permutation[a]; the transpose is seen with the extents
// `shape`. All three shapes have the same number of elements.
struct View {
  int node = 0;
  Shape base;
  Permutation permutation;
  Shape shape;
  // The file's tensor has one reader, and so has every tensor between it and the node's output: the
  // reader may be fused into the node.
  bool exclusive = false;
  std::string reshaped_by;  // the last node that changed `shape`; empty if none

  // Elements in the node's own order.
  static View plain(int node, Shape shape);

  // No transposition that moves data.
  [[nodiscard]] bool is_plain() const;
  // Axis a of `shape` is axis permutation[a] of `base`.
  [[nodiscard]] bool is_transpose() const;
  // A map {1, C, H, W} whose channels are the last axis of `shape`; the axes before it are its
  // pixels in any grouping: {1, H, W, C}, or the tokens {1, H W, C} of a transformer.
  [[nodiscard]] bool is_channel_last() const;
};

[[nodiscard]] View reshaped(View view, Shape shape, std::string by);
// The tokens {1, T, C} of a map {1, C, H, W} with T pixels as channels and tokens {1, C, T}, or the
// other way round; nothing if the view is neither. `map` is the shape of the view's node.
[[nodiscard]] std::optional<View> swapped_tokens(const View& view, const Shape& map);
// Axis a of the result is axis permutation[a] of the view, which must be plain or a transpose.
[[nodiscard]] View transposed(const View& view, const Permutation& permutation);
// Element i of the view, in row-major order of its shape, is element order[i] of the node's output.
[[nodiscard]] std::vector<std::int64_t> element_order(const View& view);

// 0, 1, … rank-1.
[[nodiscard]] Permutation identity_permutation(std::size_t rank);
[[nodiscard]] Shape permuted(const Shape& shape, const Permutation& permutation);
// For each element of the transpose, in row-major order, its index in the original.
[[nodiscard]] std::vector<std::int64_t> transposed_indices(const Shape& shape,
                                                           const Permutation& permutation);

}  // namespace vqrom::model
