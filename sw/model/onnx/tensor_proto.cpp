// SPDX-License-Identifier: Apache-2.0
#include "sw/model/onnx/tensor_proto.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace vqrom::model {
namespace {

[[noreturn]] void fail_tensor(const onnx::TensorProto& tensor, std::string_view message) {
  throw base::UserError("onnx.tensor", "",
                        fmt::format("tensor '{}' {}", printable(tensor.name()), message));
}

// IEEE 754 binary16.
float half_to_float(std::uint16_t bits) {
  const float sign = (bits & 0x8000U) != 0 ? -1.0F : 1.0F;
  const int exponent = (bits >> 10) & 0x1f;
  const auto fraction = static_cast<float>(bits & 0x3ffU);
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 31) return fraction == 0.0F ? sign * HUGE_VALF : NAN;
  return sign * std::ldexp(1024.0F + fraction, exponent - 25);
}

float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// The element count of a shape that comes from a file. No tensor of this reader has 2^40 elements.
std::int64_t checked_count(const onnx::TensorProto& tensor, Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : tensor.dims()) {
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count) || count > (1LL << 40)) {
      fail_tensor(tensor, "has an impossible shape");
    }
    shape.push_back(extent);
  }
  // Lists may be empty; a larger empty tensor has no use and its other extents are not to be
  // trusted.
  if (count == 0 && shape.size() > 1) fail_tensor(tensor, "is empty");
  return count;
}

// Reads `count` elements of type Stored from raw_data, or else from the typed field `data`, and
// converts each by `convert`.
template <typename Stored, typename Data, typename Convert>
auto read(const onnx::TensorProto& tensor, std::int64_t count, const Data& data, Convert convert) {
  std::vector<decltype(convert(Stored{}))> values;
  const std::string& raw = tensor.raw_data();
  const bool is_raw = tensor.has_raw_data();
  const auto expected = static_cast<std::size_t>(count) * (is_raw ? sizeof(Stored) : 1);
  const std::size_t found = is_raw ? raw.size() : static_cast<std::size_t>(data.size());
  if (found != expected) {
    fail_tensor(tensor, fmt::format("holds {} {}; its shape needs {}", found,
                                    is_raw ? "bytes" : "elements", expected));
  }
  values.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    Stored stored{};
    if (is_raw) {
      std::memcpy(&stored, raw.data() + static_cast<std::size_t>(i) * sizeof(Stored),
                  sizeof(Stored));
    } else {
      stored = static_cast<Stored>(data[static_cast<int>(i)]);
    }
    values.push_back(convert(stored));
  }
  return values;
}

template <typename Stored, typename Data>
Ints read_ints(const onnx::TensorProto& tensor, std::int64_t count, const Data& data) {
  return read<Stored>(tensor, count, data,
                      [](Stored value) { return static_cast<std::int64_t>(value); });
}

template <typename Stored, typename Data>
Floats read_floats(const onnx::TensorProto& tensor, std::int64_t count, const Data& data) {
  return read<Stored>(tensor, count, data, [](Stored value) { return static_cast<float>(value); });
}

}  // namespace

std::string printable(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= 0x20 && c < 0x7f && c != '\\') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

Constant constant_from(const onnx::TensorProto& tensor) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    fail_tensor(tensor, "keeps its data in another file; save the network as one file");
  }
  Constant constant;
  const std::int64_t count = checked_count(tensor, constant.shape);
  const auto& ints = tensor.int32_data();
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      constant.values = read_floats<float>(tensor, count, tensor.float_data());
      break;
    case onnx::TensorProto::DOUBLE:
      constant.values = read_floats<double>(tensor, count, tensor.double_data());
      break;
    case onnx::TensorProto::FLOAT16:
      constant.values = read<std::uint16_t>(tensor, count, ints, half_to_float);
      break;
    case onnx::TensorProto::BFLOAT16:
      constant.values = read<std::uint16_t>(tensor, count, ints, bfloat16_to_float);
      break;
    case onnx::TensorProto::INT64:
      constant.values = read_ints<std::int64_t>(tensor, count, tensor.int64_data());
      break;
    case onnx::TensorProto::INT32:
      constant.values = read_ints<std::int32_t>(tensor, count, ints);
      break;
    case onnx::TensorProto::INT16:
      constant.values = read_ints<std::int16_t>(tensor, count, ints);
      break;
    case onnx::TensorProto::UINT16:
      constant.values = read_ints<std::uint16_t>(tensor, count, ints);
      break;
    case onnx::TensorProto::INT8:
      constant.values = read_ints<std::int8_t>(tensor, count, ints);
      break;
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::BOOL:
      constant.values = read_ints<std::uint8_t>(tensor, count, ints);
      break;
    default:
      fail_tensor(tensor, fmt::format("has the ONNX data type {}; must be a floating-point or "
                                      "integer type of at most 64 bits",
                                      tensor.data_type()));
  }
  return constant;
}

}  // namespace vqrom::model
