// SPDX-License-Identifier: Apache-2.0
// tensor — a typed, shaped block of numbers, as .npy and safetensors files hold it.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sw/base/error.h"

namespace vqrom::base {

enum class DType { kUint8, kInt8, kUint16, kInt16, kInt32, kInt64, kFloat32, kFloat64 };

[[nodiscard]] std::size_t dtype_size(DType dtype);
[[nodiscard]] std::string_view dtype_name(DType dtype);  // "uint8", "float32", …

template <typename T>
[[nodiscard]] constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::kUint8;
  if constexpr (std::is_same_v<T, std::int8_t>) return DType::kInt8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return DType::kUint16;
  if constexpr (std::is_same_v<T, std::int16_t>) return DType::kInt16;
  if constexpr (std::is_same_v<T, std::int32_t>) return DType::kInt32;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::kInt64;
  if constexpr (std::is_same_v<T, float>) return DType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DType::kFloat64;
}

using Shape = std::vector<std::int64_t>;

// Product of the extents; 1 for a scalar. Aborts on overflow: readers check shapes first.
[[nodiscard]] std::int64_t element_count(std::span<const std::int64_t> shape);
// "3x32x32"; "scalar" for an empty shape.
[[nodiscard]] std::string shape_text(std::span<const std::int64_t> shape);

// Row-major (C order), little-endian.
struct Tensor {
  DType dtype = DType::kFloat32;
  Shape shape;
  std::vector<std::uint8_t> bytes;

  Tensor() = default;
  // Zero-filled.
  Tensor(DType type, Shape extents);

  template <typename T>
  static Tensor of(Shape shape, std::span<const T> values) {
    Tensor tensor(dtype_of<T>(), std::move(shape));
    VQROM_CHECK(tensor.bytes.size() == values.size_bytes(), "{} values for shape {}", values.size(),
                shape_text(tensor.shape));
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
    return tensor;
  }

  [[nodiscard]] std::int64_t count() const { return element_count(shape); }
  // The elements as T, which must be the stored type.
  template <typename T>
  [[nodiscard]] std::span<const T> as() const {
    VQROM_CHECK(dtype == dtype_of<T>(), "tensor holds {}", dtype_name(dtype));
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  template <typename T>
  [[nodiscard]] std::span<T> as() {
    VQROM_CHECK(dtype == dtype_of<T>(), "tensor holds {}", dtype_name(dtype));
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

}  // namespace vqrom::base
