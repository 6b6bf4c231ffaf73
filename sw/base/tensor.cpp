// SPDX-License-Identifier: Apache-2.0
#include "sw/base/tensor.h"

namespace vqrom::base {

std::size_t dtype_size(DType dtype) {
  switch (dtype) {
    case DType::kUint8:
    case DType::kInt8:
      return 1;
    case DType::kUint16:
    case DType::kInt16:
      return 2;
    case DType::kInt32:
    case DType::kFloat32:
      return 4;
    case DType::kInt64:
    case DType::kFloat64:
      return 8;
  }
  VQROM_CHECK(false, "unknown dtype");
  return 0;
}

std::string_view dtype_name(DType dtype) {
  switch (dtype) {
    case DType::kUint8:
      return "uint8";
    case DType::kInt8:
      return "int8";
    case DType::kUint16:
      return "uint16";
    case DType::kInt16:
      return "int16";
    case DType::kInt32:
      return "int32";
    case DType::kInt64:
      return "int64";
    case DType::kFloat32:
      return "float32";
    case DType::kFloat64:
      return "float64";
  }
  VQROM_CHECK(false, "unknown dtype");
  return "";
}

std::int64_t element_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    VQROM_CHECK(extent >= 0 && !__builtin_mul_overflow(count, extent, &count),
                "shape {} is impossible", shape_text(shape));
  }
  return count;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  if (shape.empty()) return "scalar";
  return fmt::format("{}", fmt::join(shape, "x"));
}

Tensor::Tensor(DType type, Shape extents) : dtype(type), shape(std::move(extents)) {
  bytes.resize(static_cast<std::size_t>(element_count(shape)) * dtype_size(dtype));
}

}  // namespace vqrom::base
