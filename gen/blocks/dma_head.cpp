// SPDX-License-Identifier: Apache-2.0
#include "gen/blocks/dma_builder.h"
#include "gen/leaf/field_bits.h"
#include "sw/base/checked.h"

namespace vqrom::blocks {
namespace {

// LOAD and STORE have these fields in common.
int field_bits(const char* field) {
  return config::instruction_field("LOAD", field).width;
}

}  // namespace

void DmaBuilder::write_header() {
  m_.header(
      {"  load ─▶ fork ─┬▶ walker ─▶ arbiter ─▶ limit ─▶ mem_ar        mem_r ─▶ answers",
       "                │  fetch_ar ─▶ ┘                          fetch_r ◀──┤",
       "                └▶ queue ─────────────────▶ load writer ◀────────────┘",
       "                                                 └─▶ act, wgt, param, window, table",
       "  store ─▶ fork ─┬▶ walker ─▶ limit ─┬▶ mem_aw            mem_b ─▶ answers",
       "                 │                   └▶ lengths ─▶ ┐",
       "                 └▶ queue ────────────▶ store reader ─▶ mem_w", "",
       "Latency     2 cycles from load_valid_i or store_valid_i to a burst's request for writes, "
       "3 for",
       "            reads; 1 from a word to its write. load_done_o is high beside the last "
       "write, so a",
       "            read of the buffer that is issued in the next cycle sees all words.",
       "Throughput  one word a cycle each way, rows and commands back to back.",
       "Handshake   valid/ready; words of reads and answers to writes are always taken. A "
       "burst's words",
       "            go out after its request was taken.",
       "Packing     lowest bits of a vector first; opcode at load_data_i[3:0]."});
}

void DmaBuilder::declare_parameters() {
  addr_bits_ = m_.localparam("ADDR_W", config_.bus.address_bits, "bits of a byte's address");
  bus_bits_ = m_.localparam("BUS_W", config_.bus.data_bits, "bits of a word");
  vector_bits_ =
      m_.localparam("VECTOR_W", config_.array.rows * leaf::kCodeBits, "bits of a vector");
  word_shift_ =
      m_.localparam("WORD_SHIFT", base::ceil_log2(static_cast<std::uint64_t>(config_.bus_bytes())),
                    "log2 of a word's bytes");
  word_addr_bits_ =
      m_.localparam("WORD_ADDR_W", addr_bits_ - word_shift_, "bits of a word's address");
  burst_words_ = m_.localparam("BURST", config_.bus.burst_words, "words of the longest burst");
  outstanding_ = m_.localparam("OUTSTANDING", config_.bus.outstanding,
                               "bursts that wait for answers, each way");
  words_bits_ = m_.localparam("WORDS_W", field_bits("row_words"), "bits of the words of a row");
  rows_bits_ = m_.localparam("ROWS_W", field_bits("rows"), "bits of the rows");
  buffer_addr_bits_ =
      m_.localparam("BUFFER_ADDR_W", field_bits("buffer"), "bits of a buffer's address");
}

void DmaBuilder::declare_ports() {
  clk_ = m_.clock("clk");
  rst_n_ = m_.reset("rst_n");
  base_ = m_.input("base_i", addr_bits_, "of the program; the low bits are 0");
  m_.port_group("Instructions: one burst an address, its words as they come");
  fetch_ar_ = {m_.input("fetch_ar_valid_i", 1), m_.output("fetch_ar_ready_o", 1)};
  fetch_ar_addr_ = m_.input("fetch_ar_addr_i", addr_bits_, "from base_i");
  fetch_r_valid_ = m_.output("fetch_r_valid_o", 1);
  fetch_r_data_ = m_.output("fetch_r_data_o", bus_bits_);
  m_.port_group("LOADs and STOREs whose tickets were seen, as in the program");
  load_ = {m_.input("load_valid_i", 1), m_.output("load_ready_o", 1)};
  load_data_ = m_.input("load_data_i", config::kInstructionBits);
  store_ = {m_.input("store_valid_i", 1), m_.output("store_ready_o", 1)};
  store_data_ = m_.input("store_data_i", config::kInstructionBits);
  m_.port_group("For tickets: one cycle for each instruction, in order");
  load_done_ = m_.output("load_done_o", 1, "all words are in the buffer");
  store_read_ = m_.output("store_read_o", 1, "the output buffer was read");
  store_done_ = m_.output("store_done_o", 1, "the last write was answered");
  error_ = m_.output("error_o", 1, "an answer was none of success");
  m_.port_group("Buffers");
  act_ = declare_buffer("act", vector_bits_);
  wgt_ = declare_buffer("wgt", bus_bits_);
  param_ = declare_buffer("param", leaf::kEntryBits);
  window_ = declare_buffer("window", vector_bits_);
  table_ = declare_buffer("table", bus_bits_);
  if (config_.loads_codebook()) {
    codebook_ = {m_.output("codebook_wr_en_o", 1, "into all copies"),
                 m_.output("codebook_wr_addr_o", config_.index_bits()),
                 m_.output("codebook_wr_data_o", config_.codeword_bits())};
  }
  out_rd_en_ = m_.output("out_rd_en_o", 1);
  out_rd_addr_ = m_.output("out_rd_addr_o", buffer_addr_bits_);
  out_rd_data_ = m_.input("out_rd_data_i", vector_bits_, "1 cycle, holds");
  declare_memory();
  m_.port_group("For counters");
  constexpr std::array kLoadEvents{"load_act_o",    "load_wgt_o",      "load_param_o",
                                   "load_window_o", "load_codebook_o", "load_table_o"};
  for (std::size_t i = 0; i < kLoadEvents.size(); ++i) {
    if (i == static_cast<std::size_t>(config::Target::kCodebook) && !config_.loads_codebook()) {
      continue;
    }
    load_events_[i] = m_.output(kLoadEvents[i], 1);
  }
  fetch_event_ = m_.output("fetch_o", 1, "a word of an instruction arrives");
  store_event_ = m_.output("store_o", 1, "a word is written");
  read_burst_ = m_.output("read_burst_o", 1, "a read burst is requested");
  write_burst_ = m_.output("write_burst_o", 1, "a write burst is requested");
}

DmaBuilder::Buffer DmaBuilder::declare_buffer(const std::string& name, const Expression& width) {
  return {m_.output(name + "_wr_en_o", 1), m_.output(name + "_wr_addr_o", buffer_addr_bits_),
          m_.output(name + "_wr_data_o", width)};
}

DmaBuilder::Request DmaBuilder::declare_request(const std::string& name) {
  return {{m_.output(name + "valid_o", 1), m_.input(name + "ready_i", 1)},
          m_.output(name + "addr_o", addr_bits_),
          m_.output(name + "len_o", kLengthBits),
          m_.output(name + "size_o", 3),
          m_.output(name + "burst_o", 2),
          m_.output(name + "id_o", 1)};
}

void DmaBuilder::declare_memory() {
  m_.port_group("Memory: AXI4");
  ar_ = declare_request("mem_ar");
  r_valid_ = m_.input("mem_rvalid_i", 1);
  r_ready_ = m_.output("mem_rready_o", 1);
  r_data_ = m_.input("mem_rdata_i", bus_bits_);
  r_resp_ = m_.input("mem_rresp_i", 2);
  r_last_ = m_.input("mem_rlast_i", 1);
  r_id_ = m_.input("mem_rid_i", 1);
  aw_ = declare_request("mem_aw");
  w_ = {m_.output("mem_wvalid_o", 1), m_.input("mem_wready_i", 1)};
  w_data_ = m_.output("mem_wdata_o", bus_bits_);
  w_strb_ = m_.output("mem_wstrb_o", bus_bits_ / 8);
  w_last_ = m_.output("mem_wlast_o", 1);
  b_valid_ = m_.input("mem_bvalid_i", 1);
  b_ready_ = m_.output("mem_bready_o", 1);
  b_resp_ = m_.input("mem_bresp_i", 2);
  b_id_ = m_.input("mem_bid_i", 1);
}

}  // namespace vqrom::blocks
