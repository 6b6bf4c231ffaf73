// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"
#include "gen/leaf/field_bits.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

namespace {

constexpr std::int64_t kWidestAddressBits = 64;

// Whether PART_W bits count the bus words of `bits` bits.
bool counts_words(const Values& v, std::int64_t bits) {
  return (std::int64_t{1} << v.at("PART_W")) * v.at("BUS_W") >= bits;
}

Contract ram() {
  return {.name = "vq_ram_1r1w",
          .purpose = "memory with one write and one read port",
          .parameters = {{"WIDTH", 1, kWidest, "bits of a word"},
                         {"DEPTH", 2, kLongest, "words"},
                         {"ADDR_W", 1, kLongestBits, "bits of an address"}},
          .relations = {{"ERROR_vq_ram_1r1w_DEPTH_must_be_2_or_more_and_fit_ADDR_W",
                         "ADDR_W must count to DEPTH",
                         [](const Values& v) { return counts_to(v.at("ADDR_W"), v.at("DEPTH")); }}},
          .ports = {clock_port(), in("wr_en_i"), in("wr_addr_i", param("ADDR_W")),
                    in("wr_data_i", param("WIDTH")), in("rd_en_i"),
                    in("rd_addr_i", param("ADDR_W")), out("rd_data_o", param("WIDTH"))},
          .paths = {},
          .latency_cycles = 1,
          .uses = {}};
}

Contract burst_walker() {
  return {
      .name = "vq_burst_walker",
      .purpose = "cuts a command of rows of memory words into bursts",
      .parameters = {{"ADDR_W", 1, kWidestAddressBits, "bits of a word's address"},
                     {"WORDS_W", 9, 32, "bits of the words of a row"},
                     {"ROWS_W", 1, 32, "bits of the rows"},
                     {"PAGE_W", 1, 32, "bits of a word's address within a page"},
                     {"BURST", 1, kLongest, "words of the longest burst"}},
      .relations = {{"ERROR_vq_burst_walker_BURST_must_be_1_to_256", "BURST must be at most 256",
                     [](const Values& v) { return v.at("BURST") <= 256; }},
                    {"ERROR_vq_burst_walker_PAGE_W_must_be_8_or_more_and_fit_WORDS_W_and_ADDR_W",
                     "PAGE_W must be at least 8, less than WORDS_W and at most ADDR_W",
                     [](const Values& v) {
                       return v.at("PAGE_W") >= 8 && v.at("PAGE_W") < v.at("WORDS_W") &&
                              v.at("PAGE_W") <= v.at("ADDR_W");
                     }}},
      .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                in("base_i", param("ADDR_W")), in("addr_i", param("ADDR_W")),
                in("row_words_i", param("WORDS_W")), in("rows_i", param("ROWS_W")),
                in("stride_i", param("ADDR_W")), out("valid_o"), in("ready_i"),
                out("addr_o", param("ADDR_W")), out("len_o", 8), out("last_o")},
      .paths = {},
      .latency_cycles = 2,
      .uses = {}};
}

Contract read_arbiter() {
  return {.name = "vq_read_arbiter",
          .purpose = "merges the read requests of instructions and of LOADs",
          .parameters = {{"ADDR_W", 1, kWidestAddressBits, "bits of a word's address"},
                         {"FETCH_WORDS", 1, kLongest, "words of an instruction"}},
          .relations = {{"ERROR_vq_read_arbiter_FETCH_WORDS_must_be_1_to_256",
                         "FETCH_WORDS must be at most 256",
                         [](const Values& v) { return v.at("FETCH_WORDS") <= 256; }}},
          .ports = {clock_port(), reset_port(), in("fetch_valid_i"), out("fetch_ready_o"),
                    in("base_i", param("ADDR_W")), in("fetch_addr_i", param("ADDR_W")),
                    in("load_valid_i"), out("load_ready_o"), in("load_addr_i", param("ADDR_W")),
                    in("load_len_i", 8), out("valid_o"), in("ready_i"),
                    out("addr_o", param("ADDR_W")), out("len_o", 8), out("id_o")},
          .paths = {{"ready_i", "fetch_ready_o"},
                    {"ready_i", "load_ready_o"},
                    {"fetch_valid_i", "load_ready_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract answer_sort() {
  return {.name = "vq_answer_sort",
          .purpose = "gives the memory's answers to those who asked",
          .parameters = {},
          .relations = {},
          .ports = {clock_port(), reset_port(), in("rvalid_i"), in("rid_i"), in("rlast_i"),
                    in("rresp_i", 2), in("bvalid_i"), in("bresp_i", 2), in("store_last_i"),
                    out("fetch_valid_o"), out("load_valid_o"), out("read_done_o"),
                    out("store_done_o"), out("error_o")},
          .paths = {{"rvalid_i", "fetch_valid_o"},
                    {"rid_i", "fetch_valid_o"},
                    {"rvalid_i", "load_valid_o"},
                    {"rid_i", "load_valid_o"},
                    {"rvalid_i", "read_done_o"},
                    {"rlast_i", "read_done_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract load_writer() {
  return {.name = "vq_load_writer",
          .purpose = "gathers the words of LOADs to buffer words and writes them",
          .parameters = {{"BUS_W", 1, kWidest, "bits of a bus word"},
                         {"VECTOR_W", 1, kWidest, "bits of a vector"},
                         {"CODEWORD_WORDS", 1, kEntryBits, "bus words of a codeword"},
                         {"PART_W", 1, kLongestBits, "bits that count the words of a buffer word"},
                         {"ADDR_W", 1, kLongestBits, "bits of a buffer address"},
                         {"WORDS_W", 2, 32, "bits of the words of a row"},
                         {"ROWS_W", 1, 32, "bits of the rows"}},
          .relations = {{"ERROR_vq_load_writer_BUS_W_must_divide_VECTOR_W_and_128",
                         "BUS_W must divide VECTOR_W and 128",
                         [](const Values& v) {
                           return v.at("VECTOR_W") % v.at("BUS_W") == 0 &&
                                  kEntryBits % v.at("BUS_W") == 0;
                         }},
                        {"ERROR_vq_load_writer_PART_W_is_too_narrow",
                         "PART_W must count the words of VECTOR_W and of 128 bits",
                         [](const Values& v) {
                           return counts_words(v, v.at("VECTOR_W")) && counts_words(v, kEntryBits);
                         }},
                        {"ERROR_vq_load_writer_CODEWORD_WORDS_must_be_1_or_more_and_fit_128",
                         "CODEWORD_WORDS must be at most 128 / BUS_W",
                         [](const Values& v) {
                           return v.at("CODEWORD_WORDS") * v.at("BUS_W") <= kEntryBits;
                         }}},
          .ports = {clock_port(), reset_port(), in("cmd_valid_i"), out("cmd_ready_o"),
                    in("target_i", 3), in("row_words_i", param("WORDS_W")),
                    in("rows_i", param("ROWS_W")), in("buffer_i", param("ADDR_W")),
                    in("buffer_stride_i", param("ADDR_W")), in("valid_i"),
                    in("data_i", param("BUS_W")), out("word_o", 6), out("wr_en_o", 6),
                    out("wr_addr_o", param("ADDR_W")), out("wr_vector_o", param("VECTOR_W")),
                    out("wr_word_o", param("BUS_W")), out("wr_entry_o", 128), out("done_o")},
          .paths = {{"valid_i", "cmd_ready_o"}, {"valid_i", "word_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract store_reader() {
  Contract contract{
      .name = "vq_store_reader",
      .purpose = "reads the vectors of STOREs from a buffer, sends them as words of bursts",
      .parameters = {{"BUS_W", 1, kWidest, "bits of a bus word"},
                     {"VECTOR_W", 1, kWidest, "bits of a vector"},
                     {"PART_W", 1, kLongestBits, "bits that count the words of a vector"},
                     {"ADDR_W", 1, kLongestBits, "bits of a buffer address"},
                     {"WORDS_W", 2, 32, "bits of the words of a row"},
                     {"ROWS_W", 1, 32, "bits of the rows"}},
      .relations = {{"ERROR_vq_store_reader_BUS_W_must_divide_VECTOR_W",
                     "BUS_W must divide VECTOR_W",
                     [](const Values& v) { return v.at("VECTOR_W") % v.at("BUS_W") == 0; }},
                    {"ERROR_vq_store_reader_PART_W_is_too_narrow",
                     "PART_W must count the words of VECTOR_W",
                     [](const Values& v) { return counts_words(v, v.at("VECTOR_W")); }}},
      .ports = {clock_port(),
                reset_port(),
                in("cmd_valid_i"),
                out("cmd_ready_o"),
                in("row_words_i", param("WORDS_W")),
                in("rows_i", param("ROWS_W")),
                in("buffer_i", param("ADDR_W")),
                in("buffer_stride_i", param("ADDR_W")),
                out("read_o"),
                out("rd_en_o"),
                out("rd_addr_o", param("ADDR_W")),
                in("rd_data_i", param("VECTOR_W")),
                in("len_valid_i"),
                out("len_ready_o"),
                in("len_i", 8),
                out("valid_o"),
                in("ready_i"),
                out("data_o", param("BUS_W")),
                out("last_o"),
                out("taken_o")},
      .paths = {{"len_i", "len_ready_o"}, {"ready_i", "taken_o"}},
      .latency_cycles = 3,
      .uses = {}};
  for (const char* to : {"cmd_ready_o", "rd_en_o", "len_ready_o"}) {
    for (const char* from : {"len_valid_i", "ready_i"}) contract.paths.push_back({from, to});
  }
  return contract;
}

}  // namespace

std::vector<Contract> memory_leaves() {
  return {ram(), burst_walker(), read_arbiter(), answer_sort(), load_writer(), store_reader()};
}

}  // namespace vqrom::leaf
