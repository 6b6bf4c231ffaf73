// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>

#include "gen/blocks/accelerator.h"
#include "gen/blocks/modules.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"
#include "sw/codebook/structure.h"

namespace vqrom::blocks {
namespace {

using codebook::Codebook;
using netlist::Bits;

// What the ROM holds: words of `count` values of `bits` bits each.
struct Content {
  std::string purpose;
  std::string output;
  std::string packing;
  int entries = 0;
  int count = 0;
  int bits = 0;
  std::vector<int> values;  // [entries][count]

  [[nodiscard]] int word_bits() const { return count * bits; }
};

Content content_of(const Codebook& codebook) {
  Content content;
  content.count = codebook.dimension;
  if (codebook.structure == codebook::Structure::kTable) {
    content.entries = codebook.entries;
    content.bits = codebook.element_bits;
    content.values.assign(codebook.elements.begin(), codebook.elements.end());
    content.purpose = fmt::format("the codebook: {} codewords of {} elements of {} bits.",
                                  codebook.entries, codebook.dimension, codebook.element_bits);
    content.output = "codeword";
    content.packing = fmt::format("element e of a codeword, signed, at codeword_o[e*{0} +: {0}].",
                                  codebook.element_bits);
    return content;
  }
  const std::vector<std::uint8_t> levels = codebook::levels_of(codebook);
  content.entries = codebook.entries >> codebook.dimension;
  content.bits = codebook::level_bits(codebook.structure, codebook.element_bits);
  content.values.assign(levels.begin(), levels.end());
  content.purpose =
      fmt::format("the codebook's magnitudes: {} words of {} levels of {} bit{}.", content.entries,
                  content.count, content.bits, content.bits == 1 ? "" : "s");
  content.output = "levels";
  content.packing =
      fmt::format("level e, n for the magnitude 2n + 1, at levels_o[e*{0} +: {0}].", content.bits);
  return content;
}

// Value e at [e*bits +: bits], two's complement.
Bits word_of(const Content& content, std::span<const int> values) {
  Bits word(content.word_bits());
  const std::uint64_t mask = (std::uint64_t{1} << content.bits) - 1;
  int lsb = 0;
  for (const int value : values) {
    word.set(lsb, content.bits, static_cast<std::uint64_t>(value) & mask);
    lsb += content.bits;
  }
  return word;
}

// The values in the order of the packing, which is the reverse of the digits'.
std::string comment_of(std::span<const int> values) {
  std::string text;
  for (const int value : values) text += fmt::format("{}{:4}", text.empty() ? "" : " ", value);
  return text;
}

// A ROM's module: its name, contents and files.
struct Place {
  std::string module;
  std::string image;
  std::string image_macro;
};

netlist::RomForm form_of(config::Storage storage) {
  switch (storage) {
    case config::Storage::kRomMemory:
      return netlist::RomForm::kMemory;
    case config::Storage::kRomMacro:
      return netlist::RomForm::kMacro;
    default:
      return netlist::RomForm::kCase;
  }
}

std::vector<std::string> header_of(const Content& content, int index_bits, netlist::RomForm form,
                                   const Place& place) {
  const bool is_full = content.entries == 1 << index_bits;
  std::vector<std::string> header;
  if (form == netlist::RomForm::kMacro) {
    header = {
        "A ROM macro: put a compiled ROM under this name in place of this file. Where SYNTHESIS is",
        "defined the module is a black box, elsewhere it is the macro's behaviour.", ""};
  }
  header.push_back(
      fmt::format("Latency     1 cycle from en_i to {}_o, which then holds.", content.output));
  header.push_back("Packing     " + content.packing);
  if (form == netlist::RomForm::kMacro) {
    header.push_back(fmt::format("Depth       {} words of {} bits, one read port.", 1 << index_bits,
                                 content.word_bits()));
  }
  header.push_back(
      fmt::format("Contents    {} bits{}.", std::int64_t{content.entries} * content.word_bits(),
                  is_full ? "" : fmt::format("; an index of {} or more reads 0", content.entries)));
  if (form == netlist::RomForm::kCase) return header;
  header.push_back(
      fmt::format("Image       {}, read by $readmemh from the directory in which", place.image));
  header.push_back(fmt::format(
      "            the tool runs; define {} as a text to name another file.", place.image_macro));
  return header;
}

const netlist::Module& add_rom(netlist::Design& design, config::Storage storage,
                               const Content& content, int index_bits, const Place& place) {
  const netlist::RomForm form = form_of(storage);
  netlist::Module& module = design.add(place.module, content.purpose);
  module.header(header_of(content, index_bits, form, place));

  const netlist::Net clk = module.clock("clk");
  const netlist::Net en = module.input("en_i", 1);
  const netlist::Net index = module.input("index_i", index_bits);
  const netlist::Net word = module.output(fmt::format("{}_o", content.output), content.word_bits());
  const netlist::Net register_net =
      module.wire(fmt::format("{}_q", content.output), content.word_bits());
  module.assign(word, {register_net});

  netlist::Rom rom{.name = "entry",
                   .clock = clk,
                   .enable = en,
                   .address = index,
                   .data = register_net,
                   .entries = content.entries,
                   .words = {},
                   .word_comments = {},
                   .form = form,
                   .file = place.image,
                   .file_macro = place.image_macro};
  const auto count = static_cast<std::size_t>(content.count);
  const std::span<const int> values = content.values;
  for (std::size_t i = 0; i < values.size(); i += count) {
    rom.words.push_back(word_of(content, values.subspan(i, count)));
    rom.word_comments.push_back(comment_of(values.subspan(i, count)));
  }
  module.rom(std::move(rom));
  return module;
}

// Codewords bank, bank + banks, bank + 2 banks, ...
Content bank_of(const Content& table, int bank, int banks) {
  Content content = table;
  content.values.clear();
  const auto count = static_cast<std::size_t>(table.count);
  const std::span<const int> values = table.values;
  for (int i = bank; i < table.entries; i += banks) {
    const std::span<const int> word = values.subspan(static_cast<std::size_t>(i) * count, count);
    content.values.insert(content.values.end(), word.begin(), word.end());
  }
  content.entries = static_cast<int>(content.values.size() / count);
  content.purpose = fmt::format("bank {} of {}: the {} codewords with that index modulo {}.", bank,
                                banks, content.entries, banks);
  return content;
}

}  // namespace

std::string bank_image(int bank) {
  return fmt::format("rtl/codebook_bank{}.hex", bank);
}

std::string bank_image_macro(int bank) {
  return fmt::format("VQROM_CODEBOOK_BANK{}_HEX", bank);
}

const netlist::Module& add_codebook_rom(netlist::Design& design,
                                        const config::AcceleratorConfig& config,
                                        const Codebook& codebook) {
  const Content content = content_of(codebook);
  const int index_bits = std::max(1, base::ceil_log2(static_cast<std::uint64_t>(content.entries)));
  return add_rom(design, config.codebook.storage, content, index_bits,
                 {"vq_codebook_rom", std::string(kRomImage), std::string(kRomImageMacro)});
}

std::vector<const netlist::Module*> add_codebook_banks(netlist::Design& design,
                                                       const config::AcceleratorConfig& config,
                                                       const Codebook& codebook) {
  const Content table = content_of(codebook);
  const int banks = config.codebook.banks;
  const int row_bits = config.index_bits() - config.bank_bits();
  std::vector<const netlist::Module*> modules;
  for (int bank = 0; bank < banks; ++bank) {
    modules.push_back(&add_rom(
        design, config.codebook.storage, bank_of(table, bank, banks), row_bits,
        {fmt::format("vq_codebook_bank{}", bank), bank_image(bank), bank_image_macro(bank)}));
  }
  return modules;
}

}  // namespace vqrom::blocks
