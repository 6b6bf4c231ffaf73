// SPDX-License-Identifier: Apache-2.0
// shape_rules — what the settings of ONNX' data-moving operators mean, for constants and variables.
#pragma once

#include <cstdint>
#include <optional>

#include "sw/model/onnx/raw_graph.h"
#include "sw/model/onnx/view.h"

namespace vqrom::model {

// All of these throw UserError without a place: onnx.attribute, onnx.shape.

// A list of integers that is an attribute in older operator sets and an input in newer ones;
// `input` is that input's value, or null.
[[nodiscard]] std::optional<Ints> integers_setting(const RawNode& node, std::string_view attribute,
                                                   const Constant* input);
// The integers of a constant input.
[[nodiscard]] const Ints& integers_of(const RawNode& node, std::string_view what,
                                      const Constant& constant);

// Axis -rank … rank-1 as 0 … rank-1.
[[nodiscard]] std::size_t checked_axis(const RawNode& node, std::int64_t axis, std::size_t rank);

// The target of a Reshape: 0 copies an extent (unless allowzero is set), -1 is computed.
[[nodiscard]] Shape reshape_target(const RawNode& node, const Shape& from, const Ints& target);
// Two extents: those before the axis attribute, and the rest.
[[nodiscard]] Shape flatten_target(const RawNode& node, const Shape& from);
// The shape without the axes given (each of extent 1), or without every axis of extent 1.
[[nodiscard]] Shape squeeze_target(const RawNode& node, const Shape& from,
                                   const std::optional<Ints>& axes);
[[nodiscard]] Shape unsqueeze_target(const RawNode& node, const Shape& from, const Ints& axes);
// The perm attribute; by default it reverses the axes.
[[nodiscard]] Permutation transpose_permutation(const RawNode& node, std::size_t rank);

// What a Slice takes of each axis: 0 <= start < end <= extent, step > 0.
struct SliceRange {
  Shape starts;
  Shape ends;
  Shape steps;
  [[nodiscard]] Shape shape() const;
};
[[nodiscard]] SliceRange slice_range(const RawNode& node, const Shape& from, const Ints& starts,
                                     const Ints& ends, const std::optional<Ints>& axes,
                                     const std::optional<Ints>& steps);

}  // namespace vqrom::model
