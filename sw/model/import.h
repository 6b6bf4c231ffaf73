// SPDX-License-Identifier: Apache-2.0
// import — reads an ONNX file into a Model, folding what inference does not need.
#pragma once

#include <filesystem>
#include <string_view>

#include "sw/model/model.h"

namespace vqrom::model {

// Operators: Conv, Gemm, MatMul, Add, Relu, Clip, MaxPool, AveragePool, GlobalAveragePool,
// ReduceMean, BatchNormalization (folded), Flatten, Reshape, Transpose (where it can be folded),
// Pad, Slice, Concat, Identity, Dropout, Constant, Softmax. Source: the ONNX operator
// specification, opsets 7-17. Errors: file.missing, onnx.format (truncated or not ONNX),
// onnx.operator (name, node, the list of supported ones), onnx.shape (dynamic or inconsistent),
// onnx.attribute, onnx.graph.
[[nodiscard]] Model import_onnx(const std::filesystem::path& path);
// The same from bytes; `name` is the place that errors name.
[[nodiscard]] Model parse_onnx(std::string_view bytes, std::string_view name);

}  // namespace vqrom::model
