// SPDX-License-Identifier: Apache-2.0
// transformer_net — small networks on tokens, as PyTorch exports vision transformers.
#pragma once

#include "tests/sw/model/onnx_net.h"

namespace vqrom::model {

inline constexpr std::int64_t kTransformerWidth = 32;
inline constexpr std::int64_t kTransformerTokens = 16;

// 1x3x16x16 -> patches of 4x4 as 16 tokens of 32 channels, position embedding, one block of
// LayerNormalization, one attention head (Softmax over MatMuls of two variable tensors) and a GELU
// by Erf, then a mean over tokens and a Gemm "y" of 10 classes. Linear layers: query, key, value,
// projection, fc1, fc2 and y. Seeded weights, Gaussian.
[[nodiscard]] OnnxNet transformer_net();

// The same patches, one block of fc1, Relu, fc2 and the residual, the mean, and the Gemm: what of
// it can be executed as it stands.
[[nodiscard]] OnnxNet token_mlp_net();

}  // namespace vqrom::model
