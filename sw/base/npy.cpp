// SPDX-License-Identifier: Apache-2.0
#include "sw/base/npy.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "sw/base/file.h"

namespace vqrom::base {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::array<std::pair<std::string_view, DType>, 8> kDescriptions = {{
    {"|u1", DType::kUint8},
    {"|i1", DType::kInt8},
    {"<u2", DType::kUint16},
    {"<i2", DType::kInt16},
    {"<i4", DType::kInt32},
    {"<i8", DType::kInt64},
    {"<f4", DType::kFloat32},
    {"<f8", DType::kFloat64},
}};

[[noreturn]] void fail(std::string_view name, std::string message) {
  throw UserError("npy.format", std::string(name), std::move(message));
}

// The text behind `key` in the header's Python dictionary, up to the end of the header.
std::string_view value_of(std::string_view header, std::string_view key, std::string_view name) {
  const std::size_t at = header.find(fmt::format("'{}':", key));
  if (at == std::string_view::npos) fail(name, fmt::format("header has no '{}'", key));
  std::string_view value = header.substr(at + key.size() + 3);
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  return value;
}

Shape parse_shape(std::string_view text, std::string_view name) {
  const std::size_t close = text.find(')');
  if (text.empty() || text.front() != '(' || close == std::string_view::npos) {
    fail(name, "header has a malformed 'shape'");
  }
  text = text.substr(1, close - 1);
  Shape shape;
  while (!text.empty()) {
    if (text.front() == ' ' || text.front() == ',') {
      text.remove_prefix(1);
      continue;
    }
    std::int64_t extent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
    if (error != std::errc() || extent < 0) fail(name, "header has a malformed 'shape'");
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    shape.push_back(extent);
  }
  return shape;
}

}  // namespace

Tensor parse_npy(std::string_view bytes, std::string_view name) {
  if (bytes.size() < 10 || !bytes.starts_with(kMagic)) fail(name, "not a .npy file");
  const int major = static_cast<unsigned char>(bytes[6]);
  std::size_t header_size =
      static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  std::size_t header_at = 10;
  if (major == 2 && bytes.size() >= 12) {
    header_size += (static_cast<std::size_t>(static_cast<unsigned char>(bytes[10])) << 16) +
                   (static_cast<std::size_t>(static_cast<unsigned char>(bytes[11])) << 24);
    header_at = 12;
  } else if (major != 1) {
    fail(name, fmt::format("is .npy format {}; formats 1 and 2 are read", major));
  }
  if (bytes.size() < header_at + header_size) fail(name, "is truncated inside its header");
  const std::string_view header = bytes.substr(header_at, header_size);

  std::optional<DType> dtype;
  const std::string_view description = value_of(header, "descr", name);
  for (const auto& [text, candidate] : kDescriptions) {
    if (description.starts_with(fmt::format("'{}'", text))) dtype = candidate;
  }
  if (!dtype) {
    fail(name, fmt::format("has type {}; must be one of |u1 |i1 <u2 <i2 <i4 <i8 <f4 <f8",
                           description.substr(0, description.find(','))));
  }
  if (!value_of(header, "fortran_order", name).starts_with("False")) {
    fail(name, "is in Fortran order; must be in C order (numpy.ascontiguousarray)");
  }
  const Shape shape = parse_shape(value_of(header, "shape", name), name);
  const std::string_view data = bytes.substr(header_at + header_size);
  std::int64_t expected = static_cast<std::int64_t>(dtype_size(*dtype));
  for (const std::int64_t extent : shape) {
    if (__builtin_mul_overflow(expected, extent, &expected)) fail(name, "has an impossible shape");
  }
  if (std::cmp_not_equal(data.size(), expected)) {
    fail(name, fmt::format("holds {} bytes of data; shape {} of {} needs {}", data.size(),
                           shape_text(shape), dtype_name(*dtype), expected));
  }
  Tensor tensor(*dtype, shape);
  if (!data.empty()) std::memcpy(tensor.bytes.data(), data.data(), data.size());
  return tensor;
}

Tensor read_npy(const std::filesystem::path& path) {
  return parse_npy(read_file(path), path.string());
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  std::string_view description;
  for (const auto& [text, candidate] : kDescriptions) {
    if (candidate == tensor.dtype) description = text;
  }
  std::string shape;
  for (const std::int64_t extent : tensor.shape) shape += fmt::format("{},", extent);
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", description, shape);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string file(kMagic);
  file += '\x01';
  file += '\x00';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  file += header;
  file.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  write_file(path, file);
}

}  // namespace vqrom::base
