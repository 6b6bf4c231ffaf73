// SPDX-License-Identifier: Apache-2.0
#include <span>

#include "gen/blocks/accelerator.h"
#include "gen/blocks/modules.h"
#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

using codebook::Codebook;
using netlist::Bits;

// Element e at [e*element_bits +: element_bits], two's complement.
Bits word_of(const Codebook& codebook, std::span<const std::int8_t> codeword) {
  Bits word(codebook.dimension * codebook.element_bits);
  const std::uint64_t mask = (std::uint64_t{1} << codebook.element_bits) - 1;
  int lsb = 0;
  for (const std::int8_t element : codeword) {
    word.set(lsb, codebook.element_bits, static_cast<std::uint64_t>(element) & mask);
    lsb += codebook.element_bits;
  }
  return word;
}

// The elements in the order of the packing, which is the reverse of the digits'.
std::string comment_of(std::span<const std::int8_t> codeword) {
  std::string text;
  for (const std::int8_t element : codeword) {
    text += fmt::format("{}{:4}", text.empty() ? "" : " ", int{element});
  }
  return text;
}

}  // namespace

const netlist::Module& add_codebook_rom(netlist::Design& design,
                                        const config::AcceleratorConfig& config,
                                        const Codebook& codebook) {
  const int word_bits = codebook.dimension * codebook.element_bits;
  netlist::Module& module = design.add(
      "vq_codebook_rom", fmt::format("the codebook: {} codewords of {} elements of {} bits.",
                                     codebook.entries, codebook.dimension, codebook.element_bits));
  const bool is_memory = config.codebook.storage == config::Storage::kRomMemory;
  const bool is_full = codebook.entries == 1 << config.index_bits();
  std::vector<std::string> header = {
      "Latency     1 cycle from en_i to codeword_o, which then holds.",
      fmt::format("Packing     element e of a codeword, signed, at codeword_o[e*{0} +: {0}].",
                  codebook.element_bits),
      fmt::format(
          "Contents    {} bits{}.", codebook.rom_bits(),
          is_full ? "" : fmt::format("; an index of {} or more reads 0", codebook.entries))};
  if (is_memory) {
    header.push_back(
        fmt::format("Image       {}, read by $readmemh from the directory in which", kRomImage));
    header.push_back("            the tool runs; define " + std::string(kRomImageMacro) +
                     " as a text to name another file.");
  }
  module.header(std::move(header));

  const netlist::Net clk = module.clock("clk");
  const netlist::Net en = module.input("en_i", 1);
  const netlist::Net index = module.input("index_i", config.index_bits());
  const netlist::Net codeword = module.output("codeword_o", word_bits);
  const netlist::Net register_net = module.wire("codeword_q", word_bits);
  module.assign(codeword, {register_net});

  netlist::Rom rom{.name = "entry",
                   .clock = clk,
                   .enable = en,
                   .address = index,
                   .data = register_net,
                   .entries = codebook.entries,
                   .words = {},
                   .word_comments = {},
                   .form = is_memory ? netlist::RomForm::kMemory : netlist::RomForm::kCase,
                   .file = std::string(kRomImage),
                   .file_macro = std::string(kRomImageMacro)};
  const auto dimension = static_cast<std::size_t>(codebook.dimension);
  const std::span<const std::int8_t> elements = codebook.elements;
  for (std::size_t i = 0; i < elements.size(); i += dimension) {
    rom.words.push_back(word_of(codebook, elements.subspan(i, dimension)));
    rom.word_comments.push_back(comment_of(elements.subspan(i, dimension)));
  }
  module.rom(std::move(rom));
  return module;
}

}  // namespace vqrom::blocks
