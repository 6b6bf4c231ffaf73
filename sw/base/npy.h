// SPDX-License-Identifier: Apache-2.0
// npy — NumPy's .npy files (format 1.0, little-endian, C order), read and written.
#pragma once

#include <filesystem>
#include <string_view>

#include "sw/base/tensor.h"

namespace vqrom::base {

// Errors: file.missing, file.read, npy.format (not a .npy file, truncated, Fortran order, a type
// other than |u1 |i1 <u2 <i2 <i4 <i8 <f4 <f8).
[[nodiscard]] Tensor read_npy(const std::filesystem::path& path);
// The same from bytes; `name` is the place that errors name.
[[nodiscard]] Tensor parse_npy(std::string_view bytes, std::string_view name);
// Errors: file.write.
void write_npy(const std::filesystem::path& path, const Tensor& tensor);

}  // namespace vqrom::base
