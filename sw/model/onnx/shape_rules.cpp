// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/shape_rules.h"

#include <algorithm>
#include <numeric>

#include "sw/base/checked.h"

namespace vqrom::model {
namespace {

// The product of extents of a tensor that exists; `-1` marks are left out.
std::int64_t known_product(const RawNode& node, const Shape& shape) {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) {
    if (extent != -1 && __builtin_mul_overflow(product, extent, &product)) {
      fail(node, "onnx.shape", fmt::format("shape {} is impossible", base::shape_text(shape)));
    }
  }
  return product;
}

std::vector<bool> axis_set(const RawNode& node, const Ints& axes, std::size_t rank) {
  std::vector<bool> set(rank, false);
  for (const std::int64_t axis : axes) set[checked_axis(node, axis, rank)] = true;
  return set;
}

}  // namespace

const Ints& integers_of(const RawNode& node, std::string_view what, const Constant& constant) {
  const auto* values = std::get_if<Ints>(&constant.values);
  if (values == nullptr) fail(node, "onnx.attribute", fmt::format("{} must be integers", what));
  return *values;
}

std::optional<Ints> integers_setting(const RawNode& node, std::string_view attribute,
                                     const Constant* input) {
  if (input != nullptr) return integers_of(node, attribute, *input);
  return node.integers(attribute);
}

std::size_t checked_axis(const RawNode& node, std::int64_t axis, std::size_t rank) {
  const auto extent = static_cast<std::int64_t>(rank);
  if (axis < -extent || axis >= extent) {
    fail(node, "onnx.attribute",
         fmt::format("axis is {}; must be {} to {}", axis, -extent, extent - 1));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + extent : axis);
}

Shape reshape_target(const RawNode& node, const Shape& from, const Ints& target) {
  const auto refuse = [&]() {
    fail(node, "onnx.shape",
         fmt::format("cannot reshape {} to [{}]", base::shape_text(from), fmt::join(target, ", ")));
  };
  const bool copy_zeros = node.integer("allowzero").value_or(0) == 0;
  Shape shape = target;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < -1) refuse();
    if (shape[axis] != 0 || !copy_zeros) continue;
    if (axis >= from.size()) refuse();
    shape[axis] = from[axis];
  }
  const std::int64_t count = base::element_count(from);
  const std::int64_t known = known_product(node, shape);
  const auto open = std::find(shape.begin(), shape.end(), -1);
  if (open != shape.end()) {
    if (known == 0 || count % known != 0 || std::count(shape.begin(), shape.end(), -1) > 1) {
      refuse();
    }
    *open = count / known;
  } else if (known != count) {
    refuse();
  }
  if (count == 0 && shape.size() > 1) refuse();  // so that no product of extents overflows
  return shape;
}

Shape flatten_target(const RawNode& node, const Shape& from) {
  const std::int64_t axis = node.integer("axis").value_or(1);
  const auto rank = std::ssize(from);
  if (axis < -rank || axis > rank) {
    fail(node, "onnx.attribute", fmt::format("axis is {}; must be {} to {}", axis, -rank, rank));
  }
  const auto split = from.begin() + (axis < 0 ? axis + rank : axis);
  return {std::accumulate(from.begin(), split, std::int64_t{1}, std::multiplies<>()),
          std::accumulate(split, from.end(), std::int64_t{1}, std::multiplies<>())};
}

Shape squeeze_target(const RawNode& node, const Shape& from, const std::optional<Ints>& axes) {
  const std::vector<bool> chosen = axis_set(node, axes.value_or(Ints{}), from.size());
  Shape shape;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (chosen[axis] && from[axis] != 1) {
      fail(node, "onnx.shape",
           fmt::format("cannot squeeze axis {} of {}", axis, base::shape_text(from)));
    }
    const bool removed = axes ? chosen[axis] : from[axis] == 1;
    if (!removed) shape.push_back(from[axis]);
  }
  return shape;
}

Shape unsqueeze_target(const RawNode& node, const Shape& from, const Ints& axes) {
  const std::size_t rank = from.size() + axes.size();
  const std::vector<bool> added = axis_set(node, axes, rank);
  if (std::cmp_not_equal(std::count(added.begin(), added.end(), true), axes.size())) {
    fail(node, "onnx.attribute", "axes has an axis twice");
  }
  Shape shape;
  auto extent = from.begin();
  for (std::size_t axis = 0; axis < rank; ++axis) shape.push_back(added[axis] ? 1 : *extent++);
  return shape;
}

Permutation transpose_permutation(const RawNode& node, std::size_t rank) {
  Permutation permutation = identity_permutation(rank);
  std::reverse(permutation.begin(), permutation.end());
  const std::optional<Ints> perm = node.integers("perm");
  if (!perm) return permutation;
  std::vector<bool> seen(rank, false);
  bool valid = perm->size() == rank;
  for (std::size_t axis = 0; valid && axis < rank; ++axis) {
    const std::int64_t from = (*perm)[axis];
    valid = from >= 0 && std::cmp_less(from, rank) && !seen[static_cast<std::size_t>(from)];
    if (!valid) break;
    permutation[axis] = static_cast<std::size_t>(from);
    seen[permutation[axis]] = true;
  }
  if (!valid) {
    fail(node, "onnx.attribute",
         fmt::format("perm is [{}]; must be a permutation of 0 to {}", fmt::join(*perm, ", "),
                     static_cast<std::int64_t>(rank) - 1));
  }
  return permutation;
}

Shape SliceRange::shape() const {
  Shape shape;
  for (std::size_t axis = 0; axis < starts.size(); ++axis) {
    shape.push_back(base::ceil_div(ends[axis] - starts[axis], steps[axis]));
  }
  return shape;
}

SliceRange slice_range(const RawNode& node, const Shape& from, const Ints& starts, const Ints& ends,
                       const std::optional<Ints>& axes, const std::optional<Ints>& steps) {
  const std::size_t count = starts.size();
  if (ends.size() != count || (axes && axes->size() != count) ||
      (steps && steps->size() != count) || (!axes && count > from.size())) {
    fail(node, "onnx.attribute", "starts, ends, axes and steps must have one entry an axis each");
  }
  SliceRange range{Shape(from.size(), 0), from, Shape(from.size(), 1)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t axis =
        axes ? checked_axis(node, (*axes)[i], from.size()) : static_cast<std::size_t>(i);
    const std::int64_t extent = from[axis];
    const auto resolve = [&](std::int64_t value) {
      // Far beyond the end is how exporters write "to the end".
      const std::int64_t near = std::clamp(value, -extent - 1, extent);
      return std::clamp(near < 0 ? near + extent : near, std::int64_t{0}, extent);
    };
    range.starts[axis] = resolve(starts[i]);
    range.ends[axis] = resolve(ends[i]);
    range.steps[axis] = steps ? (*steps)[i] : 1;
    if (range.steps[axis] < 1) {
      fail(node, "onnx.attribute", fmt::format("step is {}; must be 1 or more", range.steps[axis]));
    }
    // A step past the end takes one element, whatever its size.
    range.steps[axis] = std::min(range.steps[axis], std::max(extent, std::int64_t{1}));
    if (range.starts[axis] >= range.ends[axis]) {
      fail(node, "onnx.shape",
           fmt::format("takes nothing of axis {} with extent {}", axis, extent));
    }
  }
  return range;
}

}  // namespace vqrom::model
