// SPDX-License-Identifier: Apache-2.0
#include "gen/leaf/contracts.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

std::vector<netlist::CombinationalPath> word_route_paths() {
  return {{"mode_valid_i", "mode_ready_o"},  {"mode_valid_i", "ready_o"},
          {"mode_valid_i", "index_valid_o"}, {"mode_valid_i", "dense_valid_o"},
          {"mode_dense_i", "mode_ready_o"},  {"mode_dense_i", "ready_o"},
          {"mode_dense_i", "index_valid_o"}, {"mode_dense_i", "dense_valid_o"},
          {"valid_i", "mode_ready_o"},       {"valid_i", "index_valid_o"},
          {"valid_i", "dense_valid_o"},      {"index_ready_i", "mode_ready_o"},
          {"index_ready_i", "ready_o"},      {"dense_ready_i", "mode_ready_o"},
          {"dense_ready_i", "ready_o"}};
}

namespace {

Contract word_route() {
  return {.name = "vq_word_route",
          .purpose = "sends each tile's bus words to the index or to the dense unpacker",
          .parameters = {{"INDEX_WORDS", 1, kLongest, "bus words of a codebook tile"},
                         {"DENSE_WORDS", 1, kLongest, "bus words of a dense tile"},
                         {"COUNT_W", 1, kLongestBits, "bits that count either"}},
          .relations = {{"ERROR_vq_word_route_COUNT_W_is_too_narrow",
                         "COUNT_W must count to INDEX_WORDS and DENSE_WORDS",
                         [](const Values& v) {
                           return counts_to(v.at("COUNT_W"), v.at("INDEX_WORDS")) &&
                                  counts_to(v.at("COUNT_W"), v.at("DENSE_WORDS"));
                         }}},
          .ports = {clock_port(), reset_port(), in("mode_valid_i"), out("mode_ready_o"),
                    in("mode_dense_i"), in("valid_i"), out("ready_o"), out("index_valid_o"),
                    in("index_ready_i"), out("dense_valid_o"), in("dense_ready_i")},
          .paths = word_route_paths(),
          .latency_cycles = 0,
          .uses = {}};
}

Contract unpack() {
  return {
      .name = "vq_unpack",
      .purpose = "cuts bus words into beats of another width",
      .parameters = {{"IN_W", 1, kWidest, "bits of a bus word"},
                     {"OUT_W", 1, kWidest, "bits of a beat"},
                     {"UNIT", 1, kWidest, "bits that the shifter moves by"},
                     {"FILL_W", 1, kLongestBits, "bits that count units in the buffer"},
                     {"BEATS", 1, kLongest, "beats of a tile"},
                     {"BEAT_W", 1, kLongestBits, "bits that count beats"}},
      .relations = {{"ERROR_vq_unpack_UNIT_must_divide_IN_W_and_OUT_W",
                     "UNIT must divide IN_W and OUT_W",
                     [](const Values& v) {
                       return v.at("IN_W") % v.at("UNIT") == 0 && v.at("OUT_W") % v.at("UNIT") == 0;
                     }},
                    {"ERROR_vq_unpack_FILL_W_is_too_narrow",
                     "FILL_W must count the units of IN_W and OUT_W together",
                     [](const Values& v) {
                       return (std::int64_t{1} << v.at("FILL_W")) * v.at("UNIT") >=
                              v.at("IN_W") + v.at("OUT_W");
                     }},
                    {"ERROR_vq_unpack_BEAT_W_is_too_narrow_for_BEATS", "BEAT_W must count to BEATS",
                     [](const Values& v) { return counts_to(v.at("BEAT_W"), v.at("BEATS")); }}},
      .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                in("data_i", param("IN_W")), out("valid_o"), in("ready_i"),
                out("data_o", param("OUT_W")), out("last_o")},
      .paths = {{"ready_i", "ready_o"}},
      .latency_cycles = 1,
      .uses = {}};
}

Contract beat_merge() {
  return {
      .name = "vq_beat_merge",
      .purpose = "joins the beats of index and dense tiles in tile order",
      .parameters = {},
      .relations = {},
      .ports = {in("mode_valid_i"), out("mode_ready_o"), in("mode_dense_i"), in("index_valid_i"),
                out("index_ready_o"), in("index_last_i"), in("dense_valid_i"), out("dense_ready_o"),
                in("dense_last_i"), out("valid_o"), in("ready_i"), out("dense_o")},
      .paths = {{"mode_valid_i", "valid_o"},
                {"mode_dense_i", "valid_o"},
                {"index_valid_i", "valid_o"},
                {"dense_valid_i", "valid_o"},
                {"mode_dense_i", "dense_o"},
                {"mode_valid_i", "index_ready_o"},
                {"mode_dense_i", "index_ready_o"},
                {"ready_i", "index_ready_o"},
                {"mode_valid_i", "dense_ready_o"},
                {"mode_dense_i", "dense_ready_o"},
                {"ready_i", "dense_ready_o"},
                {"mode_valid_i", "mode_ready_o"},
                {"mode_dense_i", "mode_ready_o"},
                {"index_valid_i", "mode_ready_o"},
                {"dense_valid_i", "mode_ready_o"},
                {"ready_i", "mode_ready_o"},
                {"index_last_i", "mode_ready_o"},
                {"dense_last_i", "mode_ready_o"}},
      .latency_cycles = 0,
      .uses = {}};
}

Contract sign_extend() {
  return {.name = "vq_sign_extend",
          .purpose = "widens packed signed elements",
          .parameters = {{"COUNT", 1, kLongest, "elements"},
                         {"IN_W", 1, 32, "bits of an element"},
                         {"OUT_W", 1, 32, "bits of a widened element"}},
          .relations = {{"ERROR_vq_sign_extend_OUT_W_is_narrower_than_IN_W",
                         "OUT_W must be at least IN_W",
                         [](const Values& v) { return v.at("OUT_W") >= v.at("IN_W"); }}},
          .ports = {in("data_i", param("COUNT") * param("IN_W")),
                    out("data_o", param("COUNT") * param("OUT_W"))},
          .paths = {{"data_i", "data_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

Contract sign_split() {
  return {
      .name = "vq_sign_split",
      .purpose = "makes codewords of levels and signs",
      .parameters = {{"COUNT", 1, 16, "elements of a codeword"},
                     {"LEVEL_W", 1, 6, "bits of a level"}},
      .relations = {},
      .ports = {in("levels_i", param("COUNT") * param("LEVEL_W")), in("signs_i", param("COUNT")),
                out("codeword_o", param("COUNT") * (param("LEVEL_W") + 2))},
      .paths = {{"levels_i", "codeword_o"}, {"signs_i", "codeword_o"}},
      .latency_cycles = 0,
      .uses = {}};
}

Contract lattice() {
  return {.name = "vq_lattice",
          .purpose = "makes codewords of the lattice of levels, signs and an offset",
          .parameters = {},
          .relations = {},
          .ports = {in("levels_i", 16), in("bits_i", 8), out("codeword_o", 40)},
          .paths = {{"levels_i", "codeword_o"}, {"bits_i", "codeword_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

netlist::Relation index_counts_entries(const std::string& leaf) {
  return {"ERROR_" + leaf + "_INDEX_W_is_too_narrow_for_ENTRIES", "INDEX_W must count to ENTRIES",
          [](const Values& v) { return counts_to(v.at("INDEX_W"), v.at("ENTRIES")); }};
}

Contract codebook_read() {
  return {.name = "vq_codebook_read",
          .purpose = "a read port of a codebook in flip-flops",
          .parameters = {{"ENTRIES", 2, 65536, "codewords"},
                         {"INDEX_W", 1, 16, "bits of an index"},
                         {"CODEWORD_W", 1, 128, "bits of a codeword"}},
          .relations = {index_counts_entries("vq_codebook_read")},
          .ports = {clock_port(), in("en_i"), in("index_i", param("INDEX_W")),
                    in("words_i", param("ENTRIES") * param("CODEWORD_W")),
                    out("codeword_o", param("CODEWORD_W"))},
          .paths = {},
          .latency_cycles = 1,
          .uses = {}};
}

Contract codebook_registers() {
  return {.name = "vq_codebook_registers",
          .purpose = "a writable codebook in flip-flops",
          .parameters = {{"ENTRIES", 2, 65536, "codewords"},
                         {"INDEX_W", 1, 16, "bits of an index"},
                         {"CODEWORD_W", 1, 128, "bits of a codeword"},
                         {"PORTS", 1, 64, "read ports"}},
          .relations = {index_counts_entries("vq_codebook_registers")},
          .ports = {clock_port(), in("wr_en_i"), in("wr_index_i", param("INDEX_W")),
                    in("wr_codeword_i", param("CODEWORD_W")), in("en_i", param("PORTS")),
                    in("index_i", param("PORTS") * param("INDEX_W")),
                    out("codeword_o", param("PORTS") * param("CODEWORD_W"))},
          .paths = {},
          .latency_cycles = 1,
          .uses = {{"vq_codebook_read",
                    param("PORTS"),
                    {{"ENTRIES", param("ENTRIES")},
                     {"INDEX_W", param("INDEX_W")},
                     {"CODEWORD_W", param("CODEWORD_W")}}}}};
}

const std::vector<netlist::ParameterRule> kBankParameters = {
    {"BANKS", 2, 64, "banks"},
    {"BANK_W", 1, 6, "bits of an index that name its bank"},
    {"ROW_W", 1, 15, "the other bits of an index"}};

netlist::Relation banks_fit(const std::string& leaf) {
  return {"ERROR_" + leaf + "_BANKS_must_be_2_or_more_and_2_to_the_BANK_W",
          "BANKS must be 2 to the power of BANK_W",
          [](const Values& v) { return v.at("BANKS") == std::int64_t{1} << v.at("BANK_W"); }};
}

Contract bank_read() {
  std::vector<netlist::ParameterRule> parameters = kBankParameters;
  parameters.push_back({"PORTS", 1, 64, "read ports"});
  parameters.push_back({"CODEWORD_W", 1, 128, "bits of a codeword"});
  return {.name = "vq_bank_read",
          .purpose = "reads a beat's codewords out of one-port banks",
          .parameters = std::move(parameters),
          .relations = {banks_fit("vq_bank_read")},
          .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"), in("dense_i"),
                    in("indices_i", param("PORTS") * (param("BANK_W") + param("ROW_W"))),
                    out("stage_valid_o"), in("stage_ready_i"), out("bank_en_o", param("BANKS")),
                    out("bank_row_o", param("BANKS") * param("ROW_W")),
                    in("bank_codeword_i", param("BANKS") * param("CODEWORD_W")),
                    out("codewords_o", param("PORTS") * param("CODEWORD_W")), out("read_o"),
                    out("conflict_o")},
          .paths = {{"valid_i", "stage_valid_o"},    {"valid_i", "bank_en_o"},
                    {"valid_i", "read_o"},           {"valid_i", "conflict_o"},
                    {"dense_i", "ready_o"},          {"dense_i", "stage_valid_o"},
                    {"dense_i", "bank_en_o"},        {"dense_i", "read_o"},
                    {"dense_i", "conflict_o"},       {"indices_i", "ready_o"},
                    {"indices_i", "stage_valid_o"},  {"indices_i", "bank_en_o"},
                    {"indices_i", "bank_row_o"},     {"indices_i", "read_o"},
                    {"indices_i", "conflict_o"},     {"stage_ready_i", "ready_o"},
                    {"stage_ready_i", "bank_en_o"},  {"stage_ready_i", "read_o"},
                    {"stage_ready_i", "conflict_o"}, {"bank_codeword_i", "codewords_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

Contract bank_write() {
  return {.name = "vq_bank_write",
          .purpose = "sends a codeword that is loaded to its bank",
          .parameters = kBankParameters,
          .relations = {banks_fit("vq_bank_write")},
          .ports = {in("wr_en_i"), in("wr_index_i", param("BANK_W") + param("ROW_W")),
                    out("bank_en_o", param("BANKS")), out("bank_row_o", param("ROW_W"))},
          .paths = {{"wr_en_i", "bank_en_o"},
                    {"wr_index_i", "bank_en_o"},
                    {"wr_index_i", "bank_row_o"}},
          .latency_cycles = 0,
          .uses = {}};
}

}  // namespace

std::vector<Contract> decode_leaves() {
  return {word_route(), unpack(),    beat_merge(),    sign_extend(),        sign_split(),
          lattice(),    bank_read(), codebook_read(), codebook_registers(), bank_write()};
}

}  // namespace vqrom::leaf
