// SPDX-License-Identifier: Apache-2.0
// constant_fold — runs the operators with which exporters compute shapes, at import.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sw/model/onnx/raw_graph.h"

namespace vqrom::model {

// The operators that fold_constant() knows, sorted.
[[nodiscard]] std::vector<std::string> foldable_operators();
[[nodiscard]] bool is_foldable(const std::string& op);

// The output of a node of a foldable operator, all of whose inputs are constants; a null pointer
// stands for an optional input left out. Errors (place left to the caller): onnx.shape,
// onnx.attribute.
[[nodiscard]] Constant fold_constant(const RawNode& node, std::span<const Constant* const> inputs);

// The extents as a constant, as the operator Shape gives them.
[[nodiscard]] Constant shape_constant(const RawNode& node, const Shape& shape);

}  // namespace vqrom::model
