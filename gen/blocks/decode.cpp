// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/modules.h"
#include "gen/leaf/leaves.h"
#include "sw/base/error.h"

namespace vqrom::blocks {
namespace {

using leaf::find_leaf;
using netlist::Bits;
using netlist::Expression;
using netlist::Module;
using netlist::Net;

void write_header(Module& module, const config::AcceleratorConfig& config) {
  const bool sram = config.has_codebook_sram();
  if (config.array.dense_bypass) {
    module.header({sram ? "  indices_i ─▶ RAM copies ─▶ sign extension ─┬▶ select ─▶ weights_o"
                        : "  indices_i ─▶ ROM copies ─▶ sign extension ─┬▶ select ─▶ weights_o",
                   "  dense_data_i ─▶ register ──────────────────┘", "",
                   "Latency     1 cycle; one beat a cycle.",
                   "Handshake   valid/ready; ready_o depends combinationally on ready_i.",
                   "Packing     index p at indices_i[p*INDEX_W +: INDEX_W]; weight w at "
                   "weights_o[w*WGT_W +: WGT_W],",
                   "            p*DIM … p*DIM + DIM-1 being those of index p; dense_data_i is "
                   "packed as weights_o."});
    return;
  }
  module.header(
      {sram ? "  indices_i ─▶ RAM copies ─▶ weights_o" : "  indices_i ─▶ ROM copies ─▶ weights_o",
       "", "Latency     1 cycle; one beat a cycle.",
       "Handshake   valid/ready; ready_o depends combinationally on ready_i.",
       "Packing     index p at indices_i[p*INDEX_W +: INDEX_W], its codeword at",
       "            weights_o[p*CODEWORD_W +: CODEWORD_W]."});
}

class DecodeBuilder {
 public:
  DecodeBuilder(Module& module, const config::AcceleratorConfig& config,
                const Module* codebook_port)
      : m_(module), config_(config), codebook_port_(codebook_port) {}

  void build() {
    write_header(m_, config_);
    declare_ports();
    bypass_ ? add_both_ways() : add_codebook_way();
  }

 private:
  void declare_ports() {
    clk_ = m_.clock("clk");
    rst_n_ = m_.reset("rst_n");
    m_.port_group("Beats of tiles");
    valid_i_ = m_.input("valid_i", 1);
    ready_o_ = m_.output("ready_o", 1);
    indices_ = m_.input("indices_i", ports_ * index_bits_);
    if (bypass_) {
      dense_i_ = m_.input("dense_i", 1, "the beat is dense_data_i");
      dense_data_ = m_.input("dense_data_i", beat_bits_);
    }
    m_.port_group("Weights");
    valid_o_ = m_.output("valid_o", 1);
    ready_i_ = m_.input("ready_i", 1);
    weights_ = m_.output("weights_o", beat_bits_);
    m_.port_group("For counters");
    read_o_ = m_.output("read_o", 1, fmt::format("the {} is read at the next edge", store_));
    if (codebook_port_ != nullptr) return;
    m_.port_group("Codebook: one codeword, into all copies");
    write_en_ = m_.input("codebook_wr_en_i", 1);
    write_index_ = m_.input("codebook_wr_addr_i", index_bits_);
    write_codeword_ = m_.input("codebook_wr_data_i", codeword_bits_);
  }

  void add_stage(const Net& en) {
    m_.instance(find_leaf("vq_stage"), "u_stage")
        .connect("clk", clk_)
        .connect("rst_n", rst_n_)
        .connect("valid_i", valid_i_)
        .connect("ready_o", ready_o_)
        .connect("valid_o", valid_o_)
        .connect("ready_i", ready_i_)
        .connect("en_o", en);
  }

  void add_copies(const Net& codewords) {
    for (int port = 0; port < port_count_; ++port) {
      const netlist::Slice index = indices_.element(port, index_bits_);
      const netlist::Slice codeword = codewords.element(port, codeword_bits_);
      codebook_port_ != nullptr ? add_rom(port, index, codeword) : add_ram(port, index, codeword);
    }
  }

  void add_rom(int port, const netlist::Slice& index, const netlist::Slice& codeword) {
    m_.instance(*codebook_port_, fmt::format("u_rom{}", port))
        .connect("clk", clk_)
        .connect("en_i", read_o_)
        .connect("index_i", index)
        .connect("codeword_o", codeword);
  }

  void add_ram(int port, const netlist::Slice& index, const netlist::Slice& codeword) {
    m_.instance(find_leaf("vq_ram_1r1w"), fmt::format("u_codebook{}", port))
        .parameter("WIDTH", codeword_bits_)
        .parameter("DEPTH", config_.codebook.entries)
        .parameter("ADDR_W", index_bits_)
        .connect("clk", clk_)
        .connect("wr_en_i", write_en_)
        .connect("wr_addr_i", write_index_)
        .connect("wr_data_i", write_codeword_)
        .connect("rd_en_i", read_o_)
        .connect("rd_addr_i", index)
        .connect("rd_data_o", codeword);
  }

  void add_codebook_way() {
    add_stage(read_o_);
    add_copies(weights_);
  }

  void add_both_ways() {
    m_.section({fmt::format("A dense beat moves on without a read of the {}.", store_)});
    const Net beat_en = m_.wire("beat_en", 1);
    const Net no_read = m_.wire("no_read", 1);
    m_.assign(no_read, {Bits(1, 0)});
    add_stage(beat_en);
    m_.instance(find_leaf("vq_select"), "u_read")
        .parameter("WIDTH", 1)
        .connect("select_i", dense_i_)
        .connect("data0_i", beat_en)
        .connect("data1_i", no_read)
        .connect("data_o", read_o_);

    m_.section({"Codewords: each port reads a copy of its own."});
    const Net codewords = m_.wire("codewords", ports_ * codeword_bits_);
    const Net decoded = m_.wire("decoded", beat_bits_);
    add_copies(codewords);
    m_.instance(find_leaf("vq_sign_extend"), "u_sign_extend")
        .parameter("COUNT", ports_ * dimension_)
        .parameter("IN_W", element_bits_)
        .parameter("OUT_W", weight_bits_)
        .connect("data_i", codewords)
        .connect("data_o", decoded);

    m_.section({fmt::format("Dense weights wait one cycle beside the {}.", store_)});
    const Net dense_beat = m_.wire("dense_beat", beat_bits_ + 1);
    const Net dense_beat_q = m_.wire("dense_beat_q", beat_bits_ + 1);
    m_.assign(dense_beat, {dense_i_, dense_data_});
    m_.instance(find_leaf("vq_register"), "u_dense")
        .parameter("WIDTH", beat_bits_ + 1)
        .connect("clk", clk_)
        .connect("en_i", beat_en)
        .connect("data_i", dense_beat)
        .connect("data_o", dense_beat_q);
    m_.instance(find_leaf("vq_select"), "u_select")
        .parameter("WIDTH", beat_bits_)
        .connect("select_i", dense_beat_q.bit(beat_bits_))
        .connect("data0_i", decoded)
        .connect("data1_i", dense_beat_q.slice(0, beat_bits_))
        .connect("data_o", weights_);
  }

  Module& m_;
  const config::AcceleratorConfig& config_;
  const Module* codebook_port_;

  // A local parameter only where the text has a use for its name.
  Expression named_if(bool used, std::string_view name, int value, std::string_view comment) {
    return used ? m_.localparam(name, value, comment) : Expression(value);
  }

  const char* store_ = codebook_port_ != nullptr ? "ROM" : "codebook";
  const bool bypass_ = config_.array.dense_bypass;
  const int port_count_ = config_.codebook.read_ports;
  Expression ports_ = named_if(bypass_, "PORTS", port_count_, "codewords a beat");
  Expression index_bits_ = named_if(port_count_ * config_.index_bits() > 1, "INDEX_W",
                                    config_.index_bits(), "bits of an index");
  Expression dimension_ = m_.localparam("DIM", config_.codebook.dimension, "weights of a codeword");
  Expression element_bits_ =
      m_.localparam("ELEMENT_W", config_.codebook.element_bits, "bits of a codeword's element");
  Expression codeword_bits_ = m_.localparam("CODEWORD_W", dimension_* element_bits_, "");
  // Without a bypass an element is a weight.
  Expression weight_bits_ =
      bypass_ ? m_.localparam("WGT_W", config_.weight_bits(), "bits of a weight") : element_bits_;
  Expression beat_bits_ = bypass_ ? m_.localparam("BEAT_W", ports_* dimension_* weight_bits_, "")
                                  : ports_ * codeword_bits_;
  Net clk_, rst_n_, valid_i_, ready_o_, indices_, dense_i_, dense_data_;
  Net valid_o_, ready_i_, weights_, read_o_;
  Net write_en_, write_index_, write_codeword_;
};

}  // namespace

const Module& add_decode(netlist::Design& design, const config::AcceleratorConfig& config,
                         const Module* codebook_port) {
  const int ports = config.codebook.read_ports;
  Module& module =
      design.add("vq_decode",
                 fmt::format("turns {} codebook {} a beat into {} weights.", ports,
                             ports == 1 ? "index" : "indices", ports * config.codebook.dimension));
  DecodeBuilder(module, config, codebook_port).build();
  return module;
}

}  // namespace vqrom::blocks
