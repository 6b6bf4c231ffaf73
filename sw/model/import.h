// SPDX-License-Identifier: Apache-2.0
// import — reads an ONNX file into a Model, folding what inference does not need.
#pragma once

#include <filesystem>
#include <string_view>

#include "sw/model/model.h"

namespace vqrom::model {

// What is accepted: docs/formats/onnx.md. Folded away: BatchNormalization (into the layer before
// it, else a depthwise 1x1 Conv), Identity, Dropout, Cast, Transpose (into weights or against
// another), computed shapes; a Relu or Clip becomes the activation of the Conv, Linear or Add
// before it. Source: the ONNX operator specification, operator sets 7 to 18. Errors: file.*,
// onnx.format, onnx.opset, onnx.graph, onnx.operator (name, node, the list of supported ones),
// onnx.attribute, onnx.shape, onnx.layout, onnx.tensor.
[[nodiscard]] Model import_onnx(const std::filesystem::path& path);
// The same from bytes; `name` is the place that errors name.
[[nodiscard]] Model parse_onnx(std::string_view bytes, std::string_view name);

}  // namespace vqrom::model
