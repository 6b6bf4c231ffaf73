// SPDX-License-Identifier: Apache-2.0
// onnx_write — writes a Model as an ONNX file that any runtime reads.
#pragma once

#include <string>

#include "sw/model/model.h"

namespace vqrom::model {

// An ONNX ModelProto, IR version 7, opset 13. Equal models give equal bytes. A node keeps its name,
// and an activation that was fused into it becomes a Relu or Clip named <node>.relu or .clip, so
// parse_onnx gives back an equal Model. Node names must be unique and not empty.
[[nodiscard]] std::string onnx_bytes(const Model& model);

}  // namespace vqrom::model
