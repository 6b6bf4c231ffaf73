// SPDX-License-Identifier: Apache-2.0
// safetensors — named tensors and text metadata in one file (huggingface/safetensors format).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sw/base/tensor.h"

namespace vqrom::base {

// Order of tensors in the file: by name. Metadata: free text by key (`__metadata__`).
struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;

  // The tensor of that name; error safetensors.content at `place` if it is not there, or (when
  // `shape` is given) if type or shape differ. An extent of -1 matches any.
  [[nodiscard]] const Tensor& get(const std::string& name, std::string_view place) const;
  [[nodiscard]] const Tensor& get(const std::string& name, DType dtype, const Shape& shape,
                                  std::string_view place) const;
};

// Errors: file.missing, file.read, safetensors.format (truncated, bad header, overlapping or
// out-of-range offsets, unsupported type).
[[nodiscard]] TensorFile read_safetensors(const std::filesystem::path& path);
// Error safetensors.content at `place` if type or shape are not those wanted; an extent of -1
// matches any.
void check_tensor(const std::string& name, DType dtype, const Shape& shape, DType wanted_dtype,
                  const Shape& wanted_shape, std::string_view place);

struct TensorStart {
  DType dtype = DType::kUint8;
  Shape shape;  // of the whole
  std::vector<std::uint8_t> bytes;
};
// The start of a tensor, up to `most_bytes` of it; no more of the file is read. Errors: as
// read_safetensors; safetensors.content (no such tensor).
[[nodiscard]] TensorStart read_tensor_start(const std::filesystem::path& path,
                                            const std::string& name, std::size_t most_bytes);
[[nodiscard]] TensorFile parse_safetensors(std::string_view bytes, std::string_view name);
// Deterministic: equal content gives equal bytes.
[[nodiscard]] std::string safetensors_bytes(const TensorFile& file);
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace vqrom::base
