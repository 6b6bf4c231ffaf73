// SPDX-License-Identifier: Apache-2.0
// tensor_proto — the numbers of an ONNX TensorProto, whichever of its fields holds them.
#pragma once

#include <onnx/onnx_pb.h>

#include "sw/model/onnx/raw_graph.h"

namespace vqrom::model {

// Types float, float16, bfloat16, double, bool and all integers up to int64. Error (place left to
// the caller): onnx.tensor (another type, external data, data that does not fit the shape).
[[nodiscard]] Constant constant_from(const onnx::TensorProto& tensor);

// The name with everything that is not printable ASCII as \xNN, so that it can stand in messages;
// different names stay different.
[[nodiscard]] std::string printable(std::string_view name);

}  // namespace vqrom::model
