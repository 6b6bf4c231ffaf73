// SPDX-License-Identifier: Apache-2.0
#include "sw/base/safetensors.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "sw/base/file.h"

namespace vqrom::base {
namespace {

constexpr std::uint64_t kLargestHeader = 100'000'000;  // the limit of the reference implementation
constexpr std::array<std::pair<std::string_view, DType>, 8> kTypes = {{
    {"U8", DType::kUint8},
    {"I8", DType::kInt8},
    {"U16", DType::kUint16},
    {"I16", DType::kInt16},
    {"I32", DType::kInt32},
    {"I64", DType::kInt64},
    {"F32", DType::kFloat32},
    {"F64", DType::kFloat64},
}};

[[noreturn]] void fail(std::string_view name, std::string message) {
  throw UserError("safetensors.format", std::string(name), std::move(message));
}

// Where a tensor stands in the data.
struct Entry {
  DType dtype = DType::kUint8;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct Header {
  std::map<std::string, Entry> entries;
  std::map<std::string, std::string> metadata;
  std::uint64_t data_begin = 0;  // in the file
};

Entry parse_entry(const std::string& key, const nlohmann::json& entry, std::uint64_t data_size,
                  std::string_view name) {
  const auto malformed = [&](std::string_view what) {
    fail(name, fmt::format("tensor '{}' has {}", key, what));
  };
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
      !entry.contains("shape") || !entry["shape"].is_array() || !entry.contains("data_offsets") ||
      !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2) {
    malformed("a malformed header entry");
  }
  const auto type_text = entry["dtype"].get<std::string>();
  const auto* type = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const auto& pair) { return pair.first == type_text; });
  if (type == kTypes.end()) {
    malformed(fmt::format("type {}; must be one of U8 I8 U16 I16 I32 I64 F32 F64", type_text));
  }
  Shape shape;
  auto bytes_needed = static_cast<std::int64_t>(dtype_size(type->second));
  for (const auto& extent : entry["shape"]) {
    if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > (std::uint64_t{1} << 40) ||
        __builtin_mul_overflow(bytes_needed, extent.get<std::int64_t>(), &bytes_needed)) {
      malformed("an impossible shape");
    }
    shape.push_back(extent.get<std::int64_t>());
  }
  const auto& offsets = entry["data_offsets"];
  if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned()) {
    malformed("malformed offsets");
  }
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data_size) malformed("offsets outside the file");
  if (std::cmp_not_equal(end - begin, bytes_needed)) {
    malformed(fmt::format("{} bytes; shape {} of {} needs {}", end - begin, shape_text(shape),
                          type_text, bytes_needed));
  }
  return {type->second, shape, begin, end};
}

// Of a file's first 8 bytes.
std::uint64_t header_size_of(std::string_view bytes, std::uint64_t file_size,
                             std::string_view name) {
  if (bytes.size() < 8) fail(name, "not a safetensors file (shorter than 8 bytes)");
  std::uint64_t size = 0;
  for (int i = 7; i >= 0; --i) {
    size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  if (size > kLargestHeader || size > file_size - 8) {
    fail(name, "not a safetensors file, or truncated inside its header");
  }
  return size;
}

void parse_metadata(const nlohmann::json& entry, Header& header, std::string_view name) {
  if (!entry.is_object()) fail(name, "__metadata__ is not an object");
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) fail(name, "__metadata__ holds something other than text");
    header.metadata[key] = value.get<std::string>();
  }
}

// `bytes` hold the header; what comes after it may be missing.
Header parse_header(std::string_view bytes, std::uint64_t file_size, std::string_view name) {
  const std::uint64_t header_size = header_size_of(bytes, file_size, name);
  const nlohmann::json json =
      nlohmann::json::parse(bytes.substr(8, header_size), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) fail(name, "header is not a JSON object");
  Header header;
  header.data_begin = 8 + header_size;
  const std::uint64_t data_size = file_size - header.data_begin;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& [key, value] : json.items()) {
    if (key == "__metadata__") {
      parse_metadata(value, header, name);
      continue;
    }
    const Entry entry = parse_entry(key, value, data_size, name);
    ranges.emplace_back(entry.begin, entry.end);
    header.entries.emplace(key, entry);
  }
  std::sort(ranges.begin(), ranges.end());
  std::uint64_t expected = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != expected) fail(name, "tensors overlap or leave a gap");
    expected = end;
  }
  if (expected != data_size) {
    fail(name, fmt::format("holds {} bytes of data; its tensors cover {}", data_size, expected));
  }
  return header;
}

[[noreturn]] void fail_missing(const std::string& tensor, std::string_view place) {
  throw UserError("safetensors.content", std::string(place),
                  fmt::format("has no tensor '{}'", tensor));
}

}  // namespace

const Tensor& TensorFile::get(const std::string& name, std::string_view place) const {
  const auto found = tensors.find(name);
  if (found == tensors.end()) fail_missing(name, place);
  return found->second;
}

const Tensor& TensorFile::get(const std::string& name, DType dtype, const Shape& shape,
                              std::string_view place) const {
  const Tensor& tensor = get(name, place);
  check_tensor(name, tensor.dtype, tensor.shape, dtype, shape, place);
  return tensor;
}

void check_tensor(const std::string& name, DType dtype, const Shape& shape, DType wanted_dtype,
                  const Shape& wanted_shape, std::string_view place) {
  const bool matches = dtype == wanted_dtype &&
                       std::equal(shape.begin(), shape.end(), wanted_shape.begin(),
                                  wanted_shape.end(), [](std::int64_t found, std::int64_t wanted) {
                                    return wanted == -1 || found == wanted;
                                  });
  if (matches) return;
  throw UserError(
      "safetensors.content", std::string(place),
      fmt::format("tensor '{}' is {} {}; must be {} {}", name, dtype_name(dtype), shape_text(shape),
                  dtype_name(wanted_dtype), shape_text(wanted_shape)));
}

TensorFile parse_safetensors(std::string_view bytes, std::string_view name) {
  Header header = parse_header(bytes, bytes.size(), name);
  TensorFile file;
  file.metadata = std::move(header.metadata);
  for (auto& [key, entry] : header.entries) {
    Tensor tensor(entry.dtype, std::move(entry.shape));
    if (entry.end > entry.begin) {
      std::memcpy(tensor.bytes.data(), bytes.data() + header.data_begin + entry.begin,
                  entry.end - entry.begin);
    }
    file.tensors.emplace(key, std::move(tensor));
  }
  return file;
}

TensorStart read_tensor_start(const std::filesystem::path& path, const std::string& name,
                              std::size_t most_bytes) {
  const std::string place = path.string();
  const std::string first = read_file_part(path, 0, 8);
  const std::uint64_t file_size = std::filesystem::file_size(path);
  const std::uint64_t header_size = header_size_of(first, file_size, place);
  const Header header = parse_header(read_file_part(path, 0, 8 + header_size), file_size, place);
  const auto found = header.entries.find(name);
  if (found == header.entries.end()) fail_missing(name, place);
  const Entry& entry = found->second;
  const std::string bytes =
      read_file_part(path, header.data_begin + entry.begin,
                     std::min<std::uint64_t>(most_bytes, entry.end - entry.begin));
  return {entry.dtype, entry.shape, {bytes.begin(), bytes.end()}};
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(read_file(path), path.string());
}

std::string safetensors_bytes(const TensorFile& file) {
  nlohmann::ordered_json header;
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const auto* type = std::find_if(kTypes.begin(), kTypes.end(),
                                    [&](const auto& pair) { return pair.second == tensor.dtype; });
    header[name] = {{"dtype", type->first},
                    {"shape", tensor.shape},
                    {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.empty() ? "{}" : header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string bytes;
  bytes.reserve(8 + text.size() + offset);
  for (int i = 0; i < 8; ++i) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i) & 0xff);
  }
  bytes += text;
  for (const auto& [name, tensor] : file.tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  }
  return bytes;
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  write_file(path, safetensors_bytes(file));
}

}  // namespace vqrom::base
