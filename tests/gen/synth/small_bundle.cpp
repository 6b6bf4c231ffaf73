// SPDX-License-Identifier: Apache-2.0
#include "tests/gen/synth/small_bundle.h"

#include <random>

#include "gen/config/manifest.h"
#include "sw/base/file.h"
#include "sw/base/sha256.h"

namespace vqrom::synth {
namespace {

constexpr const char* kTop = R"(
module vq_core (
    input  wire         clk,
    input  wire         rst_n,
    input  wire         en_i,
    input  wire [3:0]   index_i,
    input  wire [15:0]  act_i,
    input  wire         first_i,
    input  wire [3:0]   addr_i,
    input  wire [63:0]  bias_i,
    output wire [63:0]  data_o,
    output wire         done_o
);
  wire [31:0] weights;
  wire [33:0] sums;
  vq_codebook_rom u_rom0 (.clk(clk), .en_i(en_i), .index_i(index_i), .codeword_o(weights[15:0]));
  vq_codebook_rom u_rom1 (.clk(clk), .en_i(en_i), .index_i(addr_i), .codeword_o(weights[31:16]));
  vq_mac_array #(.ROWS(2), .COLUMNS(2), .SUM_W(17)) u_mac_array (
      .clk(clk), .act_en_i(en_i), .act_i(act_i), .weights_i(weights), .sums_o(sums));
  vq_accumulator #(.COLUMNS(2), .SUM_W(17), .DEPTH(16), .ADDR_W(4)) u_accumulator (
      .clk(clk), .rst_n(rst_n), .valid_i(en_i), .addr_i(addr_i), .bank_i(first_i),
      .first_i(first_i), .block_end_i(first_i), .sums_i(sums), .bias_bank_o(), .bias_i(bias_i),
      .done_o(done_o), .rd_en_i(en_i), .rd_addr_i(addr_i), .rd_bank_i(first_i),
      .rd_data_o(data_o));
endmodule
)";

}  // namespace

codebook::Codebook random_codebook(int entries, int dimension, int element_bits) {
  codebook::Codebook book;
  book.entries = entries;
  book.dimension = dimension;
  book.element_bits = element_bits;
  std::mt19937 random(1);
  const int most = (1 << (element_bits - 1)) - 1;
  for (int i = 0; i < entries * dimension; ++i) {
    const int value = static_cast<int>(random() % (2U * static_cast<unsigned>(most) + 1U)) - most;
    book.elements.push_back(static_cast<std::int8_t>(value));
  }
  book.sha256 = codebook::content_hash(book);
  return book;
}

std::string rom_text(const codebook::Codebook& book) {
  const int word_bits = book.dimension * book.element_bits;
  std::string text = fmt::format(
      "module vq_codebook_rom (input wire clk, input wire en_i, input wire [{0}:0] index_i,\n"
      "                        output wire [{1}:0] codeword_o);\n"
      "  reg [{1}:0] codeword_q;\n  assign codeword_o = codeword_q;\n"
      "  always @(posedge clk) begin\n    if (en_i) begin\n      case (index_i)\n",
      book.index_bits() - 1, word_bits - 1);
  for (int i = 0; i < book.entries; ++i) {
    std::string bits(static_cast<std::size_t>((4 - word_bits % 4) % 4), '0');
    for (int b = word_bits - 1; b >= 0; --b) {  // most significant first
      const auto at = static_cast<std::size_t>(i * book.dimension + b / book.element_bits);
      bits += (book.elements[at] >> (b % book.element_bits) & 1) != 0 ? '1' : '0';
    }
    std::string hex;
    for (std::size_t at = 0; at < bits.size(); at += 4) {
      hex += fmt::format("{:x}", std::stoi(bits.substr(at, 4), nullptr, 2));
    }
    text += fmt::format("        {}'d{}:  codeword_q <= {}'h{};  // words\n", book.index_bits(), i,
                        word_bits, hex);
  }
  return text + fmt::format(
                    "        default: codeword_q <= {}'h0;\n      endcase\n    end\n  end\n"
                    "endmodule\n",
                    word_bits);
}

void SmallBundle::write_manifest() const {
  base::write_json(directory / "manifest.json", manifest);
}

void SmallBundle::put(const std::string& name, const std::string& role, const std::string& text) {
  base::write_file(directory / name, text);
  base::Json& files = manifest["files"];
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i]["path"] == name) files.erase(i);
  }
  files.push_back({{"path", name}, {"sha256", base::sha256_hex(text)}, {"role", role}});
}

void SmallBundle::set_codebook(const codebook::Codebook& book) {
  base::Json& config = manifest["config"]["codebook"];
  config["entries"] = book.entries;
  config["dimension"] = book.dimension;
  config["element_bits"] = book.element_bits;
  manifest["codebook"]["sha256"] = book.sha256;
  put("rtl/vq_codebook_rom.v", "rom", rom_text(book));
  write_manifest();
}

SmallBundle make_small_bundle(const std::filesystem::path& directory) {
  SmallBundle bundle{directory, {}};
  std::filesystem::create_directories(directory / "rtl");
  config::AcceleratorConfig config;
  config.name = "small";
  config.codebook.read_ports = 2;
  config.array.rows = 2;
  config.array.columns = 2;
  base::Json& manifest = bundle.manifest;
  manifest["format"] = config::kBundleFormat;
  manifest["generator"] = "vqrom 0.1.0";
  manifest["config"] = config::to_json(config);
  manifest["top"] = "vq_core";
  manifest["ports"] = base::Json::parse(R"([{"name": "a", "direction": "input", "width": 1}])");
  manifest["modules"] = base::Json::parse(R"([{"name": "vq_codebook_rom", "instances": 2},
                                              {"name": "vq_mac_array", "instances": 1}])");
  manifest["files"] = base::Json::array();
  const std::filesystem::path rtl = VQROM_SOURCE_DIR "/hw/rtl";
  for (const char* leaf : {"compute/vq_mac_column.v", "compute/vq_mac_array.v",
                           "compute/vq_accumulator.v", "memory/vq_ram_1r1w.v"}) {
    bundle.put("rtl/" + std::filesystem::path(leaf).filename().string(), "leaf",
               base::read_file(rtl / leaf));
  }
  bundle.put("rtl/vq_core.v", "structure", kTop);
  bundle.set_codebook(random_codebook(16, 2, 8));
  return bundle;
}

}  // namespace vqrom::synth
