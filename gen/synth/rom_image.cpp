// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/rom_image.h"

#include <algorithm>
#include <charconv>

#include "sw/base/checked.h"
#include "sw/base/error.h"
#include "sw/base/file.h"

namespace vqrom::synth {
namespace {

using base::UserError;

constexpr std::string_view kRomModule = "vq_codebook_rom";
constexpr std::string_view kHexDigits = "0123456789abcdef";

[[noreturn]] void fail(const std::string& place, std::string_view what) {
  throw UserError("bundle.rom", place,
                  fmt::format("{}; generate the bundle again with `vqrom generate`", what));
}

// Calls read(line) for each line.
template <typename Read>
void for_each_line(std::string_view text, Read read) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// `8'd17: codeword_q <= 32'h01ff00aa;  // …` gives the digits after 'h; empty for other lines.
std::string_view case_word(std::string_view line, std::size_t index, int index_bits) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string label = fmt::format("{}'d{}:", index_bits, index);
  if (!line.starts_with(label)) return {};
  const std::size_t hex = line.find("'h");
  const std::size_t end = line.find(';');
  if (hex == std::string_view::npos || end == std::string_view::npos || end < hex) return {};
  return line.substr(hex + 2, end - hex - 2);
}

int digit(char c) {
  const std::size_t at = kHexDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// The signed elements of one word, element 0 in the low bits; false if it is no such number.
bool append_elements(std::string_view word, int element_bits, int dimension,
                     std::vector<std::int8_t>& elements) {
  std::vector<int> bits;
  for (std::size_t i = word.size(); i-- > 0;) {
    const int value = digit(word[i]);
    if (value < 0) return false;
    for (int b = 0; b < 4; ++b) bits.push_back(value >> b & 1);
  }
  const auto wanted = static_cast<std::size_t>(element_bits * dimension);
  if (bits.size() < wanted || bits.size() > wanted + 3) return false;
  for (int e = 0; e < dimension; ++e) {
    int value = 0;
    for (int b = 0; b < element_bits; ++b) {
      value |= bits[static_cast<std::size_t>(e * element_bits + b)] << b;
    }
    if ((value >> (element_bits - 1) & 1) != 0) value -= 1 << element_bits;
    elements.push_back(static_cast<std::int8_t>(value));
  }
  return true;
}

const config::ManifestFile& rom_file(const config::Manifest& manifest, std::string_view extension) {
  for (const config::ManifestFile& file : manifest.files) {
    if (file.role == config::FileRole::kRom && file.path.extension() == extension) return file;
  }
  fail((manifest.directory / "manifest.json").string(),
       fmt::format("no {} file has the role rom", extension));
}

bool has_image(const config::Manifest& manifest) {
  return manifest.config.codebook.storage == config::Storage::kRomMemory;
}

}  // namespace

std::int64_t rom_bits_of(const config::CodebookConfig& codebook) {
  return std::int64_t{codebook.entries} * codebook.dimension * codebook.element_bits;
}

RomImage read_rom_image(const config::Manifest& manifest) {
  const config::CodebookConfig& codebook = manifest.config.codebook;
  RomImage image{codebook.entries,
                 manifest.config.index_bits(),
                 codebook.dimension * codebook.element_bits,
                 {}};
  const auto entries = static_cast<std::size_t>(codebook.entries);
  const std::filesystem::path path = rom_file(manifest, has_image(manifest) ? ".hex" : ".v").path;
  for_each_line(base::read_file(path), [&](std::string_view line) {
    if (image.words.size() == entries) return;
    const std::string_view word =
        has_image(manifest) ? line : case_word(line, image.words.size(), image.index_bits);
    if (!word.empty()) image.words.emplace_back(word);
  });
  if (image.words.size() != entries) {
    fail(path.string(), fmt::format("holds {} words in a row from index 0; the manifest says {}",
                                    image.words.size(), entries));
  }
  codebook::Codebook content;
  content.entries = codebook.entries;
  content.dimension = codebook.dimension;
  content.element_bits = codebook.element_bits;
  for (const std::string& word : image.words) {
    if (!append_elements(word, codebook.element_bits, codebook.dimension, content.elements)) {
      fail(path.string(),
           fmt::format("'{}' is no word of {} bits in hexadecimal", word, image.word_bits));
    }
  }
  if (const std::string found = codebook::content_hash(content);
      found != manifest.codebook_sha256) {
    fail(path.string(), fmt::format("its words have the hash {}; the manifest's codebook is {}",
                                    found, manifest.codebook_sha256));
  }
  return image;
}

Design rom_design(const config::Manifest& manifest) {
  Design design{.top = std::string(kRomModule),
                .parameters = {},
                .sources = {},
                .black_boxes = {},
                .data = {},
                .rom_bits = rom_bits_of(manifest.config.codebook)};
  const std::filesystem::path path = rom_file(manifest, ".v").path;
  design.sources.push_back({path.filename(), base::read_file(path)});
  if (has_image(manifest)) {
    const std::filesystem::path data = rom_file(manifest, ".hex").path;
    design.data.push_back({data.lexically_relative(manifest.directory), base::read_file(data)});
  }
  return design;
}

Design bank_design(const RomImage& image, int first, int count) {
  const int address_bits = std::max(1, base::ceil_log2(static_cast<std::uint64_t>(count)));
  std::string text = fmt::format(
      "module vq_rom_bank (input wire [{}:0] index_i, output reg [{}:0] word_o);\n"
      "  always @* case (index_i)\n",
      address_bits - 1, image.word_bits - 1);
  for (int i = 0; i < count; ++i) {
    text += fmt::format("    {}'d{}: word_o = {}'h{};\n", address_bits, i, image.word_bits,
                        image.words[static_cast<std::size_t>(first + i)]);
  }
  text += fmt::format("    default: word_o = {}'h0;\n  endcase\nendmodule\n", image.word_bits);
  return {.top = "vq_rom_bank",
          .parameters = {},
          .sources = {{"vq_rom_bank.v", text}},
          .black_boxes = {},
          .data = {},
          .rom_bits = std::int64_t{count} * image.word_bits};
}

Design bank_select_design(const RomImage& image, int banks) {
  const int select_bits = std::max(1, base::ceil_log2(static_cast<std::uint64_t>(banks)));
  const std::string text = fmt::format(
      "module vq_rom_select (input wire clk, input wire en_i, input wire [{0}:0] bank_i,\n"
      "                      input wire [{1}:0] words_i, output reg [{2}:0] word_o);\n"
      "  always @(posedge clk) if (en_i) word_o <= words_i[bank_i*{3} +: {3}];\n"
      "endmodule\n",
      select_bits - 1, banks * image.word_bits - 1, image.word_bits - 1, image.word_bits);
  return {.top = "vq_rom_select",
          .parameters = {},
          .sources = {{"vq_rom_select.v", text}},
          .black_boxes = {},
          .data = {}};
}

}  // namespace vqrom::synth
