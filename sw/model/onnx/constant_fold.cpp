// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/constant_fold.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "sw/model/onnx/shape_rules.h"

namespace vqrom::model {
namespace {

using Inputs = std::span<const Constant* const>;

// No computed shape or small table is larger; weights are not made by these operators.
constexpr std::int64_t kLargestFill = 1 << 20;

const Constant& required(const RawNode& node, Inputs inputs, std::size_t index) {
  if (index >= inputs.size() || inputs[index] == nullptr) {
    fail(node, "onnx.graph", fmt::format("input {} is missing", index));
  }
  return *inputs[index];
}

const Constant* optional(Inputs inputs, std::size_t index) {
  return index < inputs.size() ? inputs[index] : nullptr;
}

// The elements of `from` at the given indices.
Constant picked(const Constant& from, Shape shape, const std::vector<std::int64_t>& indices) {
  Constant result{std::move(shape), {}};
  std::visit(
      [&](const auto& values) {
        std::decay_t<decltype(values)> taken;
        taken.reserve(indices.size());
        for (const std::int64_t i : indices) taken.push_back(values[static_cast<std::size_t>(i)]);
        result.values = std::move(taken);
      },
      from.values);
  return result;
}

Constant with_shape(const Constant& from, Shape shape) {
  return {std::move(shape), from.values};
}

Constant fold_constant_node(const RawNode& node, Inputs) {
  if (const Constant* value = node.tensor("value")) return *value;
  if (const auto value = node.integer("value_int")) return {{}, Ints{*value}};
  if (const auto value = node.real("value_float")) return {{}, Floats{*value}};
  if (const auto values = node.integers("value_ints")) {
    return {{std::ssize(*values)}, *values};
  }
  fail(node, "onnx.attribute", "has no value of a supported kind");
}

Constant fold_identity(const RawNode& node, Inputs inputs) {
  return required(node, inputs, 0);
}

Constant fold_shape(const RawNode& node, Inputs inputs) {
  return shape_constant(node, required(node, inputs, 0).shape);
}

Constant fold_cast(const RawNode& node, Inputs inputs) {
  // ONNX data types: 1 float, 10 float16, 11 double, 16 bfloat16; all others kept as integers.
  const std::int64_t to = node.integer("to").value_or(1);
  const bool to_float = to == 1 || to == 10 || to == 11 || to == 16;
  const Constant& from = required(node, inputs, 0);
  Constant result{from.shape, from.values};
  if (const auto* ints = std::get_if<Ints>(&from.values); ints != nullptr && to_float) {
    result.values = Floats(ints->begin(), ints->end());
  } else if (const auto* floats = std::get_if<Floats>(&from.values);
             floats != nullptr && !to_float) {
    Ints truncated;
    for (const float value : *floats) {
      if (!(std::abs(value) < 0x1p62F)) fail(node, "onnx.tensor", "a value is out of range");
      truncated.push_back(static_cast<std::int64_t>(value));
    }
    result.values = std::move(truncated);
  }
  return result;
}

Constant fold_reshape(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  const Ints& target = integers_of(node, "shape", required(node, inputs, 1));
  return with_shape(from, reshape_target(node, from.shape, target));
}

Constant fold_flatten(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  return with_shape(from, flatten_target(node, from.shape));
}

Constant fold_squeeze(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  const auto axes = integers_setting(node, "axes", optional(inputs, 1));
  return with_shape(from, squeeze_target(node, from.shape, axes));
}

Constant fold_unsqueeze(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  const auto axes = integers_setting(node, "axes", optional(inputs, 1));
  return with_shape(from, unsqueeze_target(node, from.shape, axes.value_or(Ints{})));
}

Constant fold_transpose(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  const Permutation permutation = transpose_permutation(node, from.shape.size());
  return picked(from, permuted(from.shape, permutation),
                transposed_indices(from.shape, permutation));
}

// One-dimensional only, as lists of extents are.
Constant fold_concat(const RawNode& node, Inputs inputs) {
  Ints values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Constant& part = required(node, inputs, i);
    const Ints& extents = integers_of(node, "a folded input", part);
    if (part.shape.size() != 1) fail(node, "onnx.shape", "folded inputs must be one-dimensional");
    values.insert(values.end(), extents.begin(), extents.end());
  }
  return {{std::ssize(values)}, values};
}

Constant fold_gather(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  const Constant& at = required(node, inputs, 1);
  if (from.shape.size() != 1) fail(node, "onnx.shape", "folded data must be one-dimensional");
  std::vector<std::int64_t> indices;
  for (const std::int64_t index : integers_of(node, "indices", at)) {
    const std::int64_t extent = from.shape[0];
    if (index < -extent || index >= extent) {
      fail(node, "onnx.shape", fmt::format("index {} is outside {} elements", index, extent));
    }
    indices.push_back(index < 0 ? index + extent : index);
  }
  return picked(from, at.shape, indices);
}

Constant fold_slice(const RawNode& node, Inputs inputs) {
  const Constant& from = required(node, inputs, 0);
  if (from.shape.size() != 1) fail(node, "onnx.shape", "folded data must be one-dimensional");
  const auto starts = integers_setting(node, "starts", optional(inputs, 1));
  const auto ends = integers_setting(node, "ends", optional(inputs, 2));
  const auto axes = integers_setting(node, "axes", optional(inputs, 3));
  const auto steps = integers_setting(node, "steps", optional(inputs, 4));
  const SliceRange range =
      slice_range(node, from.shape, starts.value_or(Ints{}), ends.value_or(Ints{}), axes, steps);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = range.starts[0]; i < range.ends[0]; i += range.steps[0]) {
    indices.push_back(i);
  }
  return picked(from, range.shape(), indices);
}

Constant fold_constant_of_shape(const RawNode& node, Inputs inputs) {
  const Shape& shape = integers_of(node, "shape", required(node, inputs, 0));
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count) || count > kLargestFill) {
      fail(node, "onnx.shape", fmt::format("shape {} is too large", base::shape_text(shape)));
    }
  }
  if (count == 0 && shape.size() > 1) fail(node, "onnx.shape", "makes an empty tensor");
  const Constant zero{{1}, Floats{0.0F}};
  const Constant* value = node.tensor("value");
  if (value == nullptr) value = &zero;
  if (value->count() != 1) fail(node, "onnx.attribute", "value must be one number");
  return picked(*value, shape, std::vector<std::int64_t>(static_cast<std::size_t>(count), 0));
}

// Equal shapes, or one operand a single number; integers only, as extents are.
Constant fold_arithmetic(const RawNode& node, Inputs inputs) {
  const Constant& a = required(node, inputs, 0);
  const Constant& b = required(node, inputs, 1);
  const Ints& left = integers_of(node, "folded operands", a);
  const Ints& right = integers_of(node, "folded operands", b);
  if (a.shape != b.shape && left.size() != 1 && right.size() != 1) {
    fail(node, "onnx.shape", "folded operands must have one shape, or one be a number");
  }
  const bool shape_of_b =
      left.size() == 1 && (right.size() != 1 || b.shape.size() > a.shape.size());
  const std::size_t count = left.size() == 1 ? right.size() : left.size();
  Ints values;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t x = left[left.size() == 1 ? 0 : i];
    const std::int64_t y = right[right.size() == 1 ? 0 : i];
    std::int64_t value = 0;
    bool bad = false;
    if (node.op == "Add") bad = __builtin_add_overflow(x, y, &value);
    if (node.op == "Sub") bad = __builtin_sub_overflow(x, y, &value);
    if (node.op == "Mul") bad = __builtin_mul_overflow(x, y, &value);
    if (node.op == "Div") {
      bad = y == 0 || (y == -1 && x == std::numeric_limits<std::int64_t>::min());
      if (!bad) value = x / y;
    }
    if (bad) fail(node, "onnx.tensor", fmt::format("{} of {} and {} overflows", node.op, x, y));
    values.push_back(value);
  }
  return {shape_of_b ? b.shape : a.shape, std::move(values)};
}

using Fold = Constant (*)(const RawNode&, Inputs);

const std::map<std::string, Fold>& folds() {
  static const std::map<std::string, Fold> kFolds = {
      {"Add", fold_arithmetic},
      {"Cast", fold_cast},
      {"Concat", fold_concat},
      {"Constant", fold_constant_node},
      {"ConstantOfShape", fold_constant_of_shape},
      {"Div", fold_arithmetic},
      {"Flatten", fold_flatten},
      {"Gather", fold_gather},
      {"Identity", fold_identity},
      {"Mul", fold_arithmetic},
      {"Reshape", fold_reshape},
      {"Shape", fold_shape},
      {"Slice", fold_slice},
      {"Squeeze", fold_squeeze},
      {"Sub", fold_arithmetic},
      {"Transpose", fold_transpose},
      {"Unsqueeze", fold_unsqueeze},
  };
  return kFolds;
}

}  // namespace

std::vector<std::string> foldable_operators() {
  std::vector<std::string> names;
  for (const auto& [name, fold] : folds()) names.push_back(name);
  return names;
}

bool is_foldable(const std::string& op) {
  return folds().contains(op);
}

Constant fold_constant(const RawNode& node, std::span<const Constant* const> inputs) {
  return folds().at(node.op)(node, inputs);
}

Constant shape_constant(const RawNode& node, const Shape& shape) {
  const auto rank = std::ssize(shape);
  const auto bound = [&](std::string_view name, std::int64_t fallback) {
    const std::int64_t value =
        std::clamp(node.integer(name).value_or(fallback), -rank, static_cast<std::int64_t>(rank));
    return value < 0 ? value + rank : value;
  };
  const std::int64_t start = bound("start", 0);
  const std::int64_t end = std::max(start, bound("end", rank));
  const Ints values(shape.begin() + start, shape.begin() + end);
  return {{std::ssize(values)}, values};
}

}  // namespace vqrom::model
