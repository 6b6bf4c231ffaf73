// SPDX-License-Identifier: Apache-2.0
// vqnet_keys — the words of the .vqnet format (docs/formats/vqnet.md) that reader and writer share.
#pragma once

namespace vqrom::compress::keys {

inline constexpr const char* kFormat = "format";  // metadata keys
inline constexpr const char* kFormatName = "vqrom-vqnet-1";
inline constexpr const char* kNetwork = "network";
inline constexpr const char* kSummary = "summary";

inline constexpr const char* kIndices = ".indices";  // tensors: node name + suffix
inline constexpr const char* kWeights = ".weights";
inline constexpr const char* kBias = ".bias";
inline constexpr const char* kMultiplier = ".multiplier";
inline constexpr const char* kShift = ".shift";
inline constexpr const char* kShortBias = ".short_bias";
inline constexpr const char* kShortFactor = ".short_factor";
inline constexpr const char* kTable = ".table";

inline constexpr const char* kCodebook = "codebook";  // values of "store"
inline constexpr const char* kDense = "dense";

inline constexpr const char* kBiasShift = "bias_shift";  // keys of a node
inline constexpr const char* kIndexBits = "index_bits";
inline constexpr const char* kIndexBase = "index_base";

}  // namespace vqrom::compress::keys
