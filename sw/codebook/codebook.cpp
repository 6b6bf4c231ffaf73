// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/codebook.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "sw/base/checked.h"
#include "sw/base/safetensors.h"
#include "sw/base/sha256.h"
#include "sw/codebook/structure.h"

namespace vqrom::codebook {
namespace {

using base::DType;
using base::Json;
using base::Problems;
using base::TensorFile;

constexpr std::string_view kFormat = "vqrom-codebook-1";
constexpr const char* kTensor = "codewords";

int largest_element(int element_bits) {
  return (1 << (element_bits - 1)) - 1;
}

// Reads one metadata text as a number that covers all of it.
template <typename T>
bool parse_number(std::string_view text, T& value) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc{} && end == text.data() + text.size();
}

// Metadata is free text by key; every getter adds codebook.format at the file when it is wrong.
class MetadataReader {
 public:
  MetadataReader(const TensorFile& file, std::string place, Problems& problems)
      : file_(file), place_(std::move(place)), problems_(problems) {}

  void add(std::string message) { problems_.add("codebook.format", place_, std::move(message)); }

  std::string text(const std::string& key) {
    const auto found = file_.metadata.find(key);
    if (found != file_.metadata.end()) return found->second;
    add(fmt::format("metadata has no '{}'", key));
    return {};
  }
  int integer(const std::string& key, int low, int high) {
    const std::string found = text(key);
    int value = 0;
    if (!found.empty() && (!parse_number(found, value) || value < low || value > high)) {
      add(fmt::format("metadata '{}' is '{}'; must be a whole number from {} to {}", key, found,
                      low, high));
    }
    return value;
  }
  double positive(const std::string& key) {
    const std::string found = text(key);
    double value = 0.0;
    if (!found.empty() && (!parse_number(found, value) || !std::isfinite(value) || value <= 0.0)) {
      add(fmt::format("metadata '{}' is '{}'; must be a positive number", key, found));
    }
    return value;
  }

 private:
  const TensorFile& file_;
  std::string place_;
  Problems& problems_;
};

void check_elements(const Codebook& codebook, MetadataReader& metadata) {
  const int largest = largest_element(codebook.element_bits);
  for (std::size_t i = 0; i < codebook.elements.size(); ++i) {
    if (std::abs(int{codebook.elements[i]}) <= largest) continue;
    metadata.add(fmt::format("codeword {} holds {}; elements of {} bits must be from -{} to {}",
                             i / static_cast<std::size_t>(codebook.dimension), codebook.elements[i],
                             codebook.element_bits, largest, largest));
    return;
  }
}

// Files of before structures have no such key: they are tables.
Structure read_structure(const TensorFile& file, MetadataReader& metadata) {
  const auto found = file.metadata.find("structure");
  if (found == file.metadata.end()) return Structure::kTable;
  const auto* structure = std::ranges::find(kStructures, found->second, text_of);
  if (structure != std::end(kStructures)) return *structure;
  metadata.add(fmt::format("metadata 'structure' is '{}'; must be table, sign_split or lattice",
                           found->second));
  return Structure::kTable;
}

}  // namespace

std::string_view text_of(Structure structure) {
  switch (structure) {
    case Structure::kTable:
      return "table";
    case Structure::kSignSplit:
      return "sign_split";
    case Structure::kLattice:
      return "lattice";
  }
  return "";
}

int Codebook::index_bits() const {
  return std::max(1, base::ceil_log2(static_cast<std::uint64_t>(entries)));
}

std::int64_t Codebook::rom_bits() const {
  if (structure == Structure::kTable) return std::int64_t{entries} * dimension * element_bits;
  return std::int64_t{entries >> dimension} * dimension * level_bits(structure, element_bits);
}

std::vector<float> values_of(const Codebook& codebook) {
  std::vector<float> values;
  for (const std::int8_t element : codebook.elements) {
    values.push_back(static_cast<float>(codebook.element_scale * element));
  }
  return values;
}

std::string content_hash(const Codebook& codebook) {
  std::string content = fmt::format("{}\nentries={}\ndimension={}\nelement_bits={}\n", kFormat,
                                    codebook.entries, codebook.dimension, codebook.element_bits);
  content.append(reinterpret_cast<const char*>(codebook.elements.data()), codebook.elements.size());
  return base::sha256_hex(content);
}

Codebook read_codebook(const std::filesystem::path& path) {
  const TensorFile file = base::read_safetensors(path);
  const std::string place = path.string();
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != kFormat) {
    throw base::UserError(
        "codebook.format", place,
        fmt::format("not a codebook: metadata 'format' is '{}'; must be '{}'",
                    format == file.metadata.end() ? "" : format->second, kFormat));
  }
  Problems problems;
  MetadataReader metadata(file, place, problems);
  Codebook codebook;
  codebook.entries = metadata.integer("entries", kSmallestEntries, kLargestEntries);
  codebook.dimension = metadata.integer("dimension", kSmallestDimension, kLargestDimension);
  codebook.element_bits =
      metadata.integer("element_bits", kSmallestElementBits, kLargestElementBits);
  codebook.element_scale = metadata.positive("element_scale");
  codebook.sha256 = metadata.text("sha256");
  codebook.structure = read_structure(file, metadata);
  codebook.provenance = Json::parse(metadata.text("provenance"), nullptr, false);
  if (!codebook.provenance.is_object()) metadata.add("metadata 'provenance' is not a JSON object");
  problems.throw_if_any();

  const auto elements =
      file.get(kTensor, DType::kInt8, {codebook.entries, codebook.dimension}, place)
          .as<std::int8_t>();
  codebook.elements.assign(elements.begin(), elements.end());
  check_elements(codebook, metadata);
  problems.throw_if_any();
  const std::string hash = content_hash(codebook);
  if (hash != codebook.sha256) {
    throw base::UserError(
        "codebook.hash", place,
        fmt::format("content has SHA-256 {}; its metadata states '{}'", hash, codebook.sha256));
  }
  check_structure(codebook, place);
  return codebook;
}

void write_codebook(const std::filesystem::path& path, const Codebook& codebook) {
  VQROM_CHECK(codebook.sha256 == content_hash(codebook), "codebook's hash is not its content's");
  const auto rows = std::int64_t{codebook.entries};
  const auto columns = std::int64_t{codebook.dimension};
  TensorFile file;
  file.tensors.emplace(
      kTensor, base::Tensor::of<std::int8_t>({rows, columns}, std::span(codebook.elements)));
  file.metadata = {
      {"format", std::string(kFormat)},
      {"entries", fmt::format("{}", codebook.entries)},
      {"dimension", fmt::format("{}", codebook.dimension)},
      {"element_bits", fmt::format("{}", codebook.element_bits)},
      {"element_scale", fmt::format("{}", codebook.element_scale)},  // shortest exact decimal
      {"sha256", codebook.sha256},
      {"structure", std::string(text_of(codebook.structure))},
      {"provenance", codebook.provenance.dump()},
  };
  base::write_safetensors(path, file);
}

}  // namespace vqrom::codebook
