// SPDX-License-Identifier: Apache-2.0
// lowerings — what each supported ONNX operator becomes in a Model.
#pragma once

#include "sw/model/onnx/builder.h"

namespace vqrom::model {

// Each reads the node's inputs from the builder and binds its first output. Meaning of the
// operators: the ONNX operator specification, operator sets kOldestOpset to kNewestOpset. Errors
// (place left to the caller): onnx.attribute, onnx.graph, onnx.layout, onnx.shape, onnx.tensor.

// lower_weights.cpp
void lower_conv(Builder& builder, const RawNode& node);
void lower_gemm(Builder& builder, const RawNode& node);
void lower_matmul(Builder& builder, const RawNode& node);
void lower_batch_normalization(Builder& builder, const RawNode& node);

// lower_elementwise.cpp
void lower_add(Builder& builder, const RawNode& node);
void lower_cast(Builder& builder, const RawNode& node);
void lower_clip(Builder& builder, const RawNode& node);
void lower_elu(Builder& builder, const RawNode& node);
void lower_hard_sigmoid(Builder& builder, const RawNode& node);
void lower_hard_swish(Builder& builder, const RawNode& node);
void lower_identity(Builder& builder, const RawNode& node);
void lower_leaky_relu(Builder& builder, const RawNode& node);
void lower_mul(Builder& builder, const RawNode& node);
void lower_relu(Builder& builder, const RawNode& node);
void lower_sigmoid(Builder& builder, const RawNode& node);
void lower_softmax(Builder& builder, const RawNode& node);
void lower_tanh(Builder& builder, const RawNode& node);

// lower_pool.cpp
void lower_max_pool(Builder& builder, const RawNode& node);
void lower_average_pool(Builder& builder, const RawNode& node);
void lower_global_average_pool(Builder& builder, const RawNode& node);
void lower_reduce_mean(Builder& builder, const RawNode& node);

// lower_reshape.cpp
void lower_flatten(Builder& builder, const RawNode& node);
void lower_reshape(Builder& builder, const RawNode& node);
void lower_shape(Builder& builder, const RawNode& node);
void lower_squeeze(Builder& builder, const RawNode& node);
void lower_transpose(Builder& builder, const RawNode& node);
void lower_unsqueeze(Builder& builder, const RawNode& node);

// lower_move.cpp
void lower_concat(Builder& builder, const RawNode& node);
void lower_pad(Builder& builder, const RawNode& node);
void lower_slice(Builder& builder, const RawNode& node);

// The values of a constant of a floating-point type.
[[nodiscard]] const Floats& floats_of(const RawNode& node, std::string_view what,
                                      const Constant* constant);

}  // namespace vqrom::model
