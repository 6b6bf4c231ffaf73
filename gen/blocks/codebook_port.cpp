// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/modules.h"
#include "gen/leaf/leaves.h"
#include "sw/base/error.h"
#include "sw/codebook/structure.h"

namespace vqrom::blocks {
namespace {

using codebook::Structure;
using netlist::Module;
using netlist::Net;

std::vector<std::string> header_of(const config::CodebookConfig& codebook) {
  const bool lattice = codebook.structure == Structure::kLattice;
  return {"  index_i ─┬▶ ROM of levels ─┬▶ signs ─▶ codeword_o",
          "           └▶ register ──────┘",
          "",
          "Latency     1 cycle from en_i to codeword_o, which then holds.",
          fmt::format("Packing     element e of a codeword, signed, at codeword_o[e*{0} +: {0}];",
                      codebook.element_bits),
          lattice
              ? "            index_i[6:0] bit 1 of half the elements, index_i[7] the offset, upper"
              : fmt::format("            index_i[e] the sign of element e (1: negative), the bits "
                            "from {} on",
                            codebook.dimension),
          lattice ? "            bits the word of levels." : "            the word of levels."};
}

}  // namespace

const Module& add_codebook_port(netlist::Design& design, const config::AcceleratorConfig& config,
                                const Module& rom) {
  const config::CodebookConfig& codebook = config.codebook;
  const Structure structure = codebook.structure.value_or(Structure::kTable);
  if (structure == Structure::kTable) return rom;
  const int dimension = codebook.dimension;
  const int level_bits = codebook::level_bits(structure, codebook.element_bits);
  Module& module =
      design.add("vq_codebook_port", fmt::format("one of {} codewords from {} words of magnitudes.",
                                                 codebook.entries, codebook.entries >> dimension));
  module.header(header_of(codebook));
  const Net clk = module.clock("clk");
  const Net en = module.input("en_i", 1);
  const Net index = module.input("index_i", config.index_bits());
  const Net codeword = module.output("codeword_o", dimension * codebook.element_bits);
  const Net levels = module.wire("levels", dimension * level_bits);
  const Net signs = module.wire("signs", dimension);
  module.instance(rom, "u_rom")
      .connect("clk", clk)
      .connect("en_i", en)
      .connect("index_i", index.slice(dimension, config.index_bits() - dimension))
      .connect("levels_o", levels);
  module.instance(leaf::find_leaf("vq_register"), "u_signs")
      .parameter("WIDTH", dimension)
      .connect("clk", clk)
      .connect("en_i", en)
      .connect("data_i", index.slice(0, dimension))
      .connect("data_o", signs);
  if (structure == Structure::kLattice) {
    module.instance(leaf::find_leaf("vq_lattice"), "u_codeword")
        .connect("levels_i", levels)
        .connect("bits_i", signs)
        .connect("codeword_o", codeword);
    return module;
  }
  module.instance(leaf::find_leaf("vq_sign_split"), "u_codeword")
      .parameter("COUNT", dimension)
      .parameter("LEVEL_W", level_bits)
      .connect("levels_i", levels)
      .connect("signs_i", signs)
      .connect("codeword_o", codeword);
  return module;
}

}  // namespace vqrom::blocks
