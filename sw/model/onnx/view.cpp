// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/view.h"

#include <algorithm>
#include <numeric>

#include "sw/base/error.h"

namespace vqrom::model {
namespace {

const Permutation kChannelLast{0, 2, 3, 1};

}  // namespace

Permutation identity_permutation(std::size_t rank) {
  Permutation permutation(rank);
  std::iota(permutation.begin(), permutation.end(), std::size_t{0});
  return permutation;
}

Shape permuted(const Shape& shape, const Permutation& permutation) {
  Shape result;
  for (const std::size_t axis : permutation) result.push_back(shape.at(axis));
  return result;
}

std::vector<std::int64_t> transposed_indices(const Shape& shape, const Permutation& permutation) {
  const std::size_t rank = shape.size();
  Shape strides(rank, 1);
  for (std::size_t axis = rank; axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
  const Shape extents = permuted(shape, permutation);
  const Shape steps = permuted(strides, permutation);

  const std::int64_t count = base::element_count(shape);
  std::vector<std::int64_t> indices;
  indices.reserve(static_cast<std::size_t>(count));
  Shape position(rank, 0);
  std::int64_t index = 0;
  while (std::ssize(indices) < count) {
    indices.push_back(index);
    for (std::size_t axis = rank; axis-- > 0;) {  // count up, the last axis fastest
      index += steps[axis];
      if (++position[axis] < extents[axis]) break;
      index -= steps[axis] * extents[axis];
      position[axis] = 0;
    }
  }
  return indices;
}

View View::plain(int node, Shape shape) {
  View view;
  view.node = node;
  view.base = shape;
  view.permutation = identity_permutation(shape.size());
  view.shape = std::move(shape);
  return view;
}

bool View::is_plain() const {
  return permutation == identity_permutation(base.size());
}

bool View::is_transpose() const {
  return shape == permuted(base, permutation);
}

bool View::is_channel_last() const {
  const bool is_last = permutation == kChannelLast || (is_transpose() && permutation.back() == 1);
  return base.size() == 4 && base[0] == 1 && is_last && shape.back() == base[1];
}

std::optional<View> swapped_tokens(const View& view, const Shape& map) {
  View result = view;
  if (view.shape.size() != 3 || view.shape[0] != 1 || map.size() != 4) return std::nullopt;
  result.shape = {1, view.shape[2], view.shape[1]};
  if (view.is_channel_last()) {
    result.base = result.shape;
    result.permutation = identity_permutation(3);
    return result;
  }
  if (!view.is_plain() || view.shape[1] != map[1] || map[0] != 1) return std::nullopt;
  result.base = map;
  result.permutation = kChannelLast;
  return result;
}

View reshaped(View view, Shape shape, std::string by) {
  if (shape == view.shape) return view;
  if (view.is_plain()) {
    view.base = shape;
    view.permutation = identity_permutation(shape.size());
  }
  view.shape = std::move(shape);
  view.reshaped_by = std::move(by);
  return view;
}

View transposed(const View& view, const Permutation& permutation) {
  VQROM_CHECK(view.is_transpose(), "a reshaped transpose cannot be transposed");
  View result = view;
  for (std::size_t axis = 0; axis < permutation.size(); ++axis) {
    result.permutation[axis] = view.permutation.at(permutation[axis]);
  }
  result.shape = permuted(view.base, result.permutation);
  // Moving axes of extent 1 moves no data.
  std::vector<std::size_t> moved;
  for (const std::size_t axis : result.permutation) {
    if (view.base[axis] != 1) moved.push_back(axis);
  }
  if (std::is_sorted(moved.begin(), moved.end())) {
    result.base = result.shape;
    result.permutation = identity_permutation(result.shape.size());
  }
  return result;
}

std::vector<std::int64_t> element_order(const View& view) {
  return transposed_indices(view.base, view.permutation);
}

}  // namespace vqrom::model
