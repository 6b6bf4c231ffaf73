// SPDX-License-Identifier: Apache-2.0
// lower_reshape — operators that only change how a tensor is seen.
#include "sw/model/onnx/constant_fold.h"
#include "sw/model/onnx/lowerings.h"
#include "sw/model/onnx/shape_rules.h"

namespace vqrom::model {

void lower_flatten(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  builder.bind(node, reshaped(input, flatten_target(node, input.shape), node.name));
}

void lower_reshape(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const Constant* target = builder.constant(node, 1);
  if (target == nullptr) fail(node, "onnx.graph", "its target shape is missing");
  const Ints& extents = integers_of(node, "its target shape", *target);
  builder.bind(node, reshaped(input, reshape_target(node, input.shape, extents), node.name));
}

void lower_squeeze(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const auto axes = integers_setting(node, "axes", builder.constant(node, 1));
  builder.bind(node, reshaped(input, squeeze_target(node, input.shape, axes), node.name));
}

void lower_unsqueeze(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const auto axes = integers_setting(node, "axes", builder.constant(node, 1));
  if (!axes) fail(node, "onnx.attribute", "has no axes");
  builder.bind(node, reshaped(input, unsqueeze_target(node, input.shape, *axes), node.name));
}

void lower_transpose(Builder& builder, const RawNode& node) {
  const View& input = builder.variable(node, 0);
  const Permutation permutation = transpose_permutation(node, input.shape.size());
  if (permutation == Permutation{0, 2, 1}) {
    const auto swapped = swapped_tokens(input, builder.at(input.node).shape);
    if (swapped) return builder.bind(node, *swapped);
  }
  if (!input.is_transpose()) {
    fail(node, "onnx.layout", "transposes a tensor that was transposed and reshaped before");
  }
  builder.bind(node, transposed(input, permutation));
}

void lower_shape(Builder& builder, const RawNode& node) {
  builder.bind(node, shape_constant(node, builder.variable(node, 0).shape));
}

}  // namespace vqrom::model
