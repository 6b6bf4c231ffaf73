// SPDX-License-Identifier: Apache-2.0
// width_leaves — contracts of the leaves that only accelerators with several index widths have.
#include <bit>

#include "gen/leaf/contracts.h"
#include "gen/leaf/field_bits.h"

namespace vqrom::leaf {

using netlist::Contract;
using netlist::param;
using netlist::Values;

namespace {

constexpr std::int64_t kWidestSet = (1 << 17) - 1;

// Whether the set's highest width is INDEX_W, and SELECT_W counts its widths.
bool is_width_set(const Values& v) {
  return v.at("WIDTH_SET") >> v.at("INDEX_W") == 1;
}
bool selects_widths(const Values& v) {
  return std::int64_t{1} << v.at("SELECT_W") >=
         std::popcount(static_cast<std::uint64_t>(v.at("WIDTH_SET")));
}

Contract unpack_widths() {
  return {
      .name = "vq_unpack_widths",
      .purpose = "cuts bus words into beats of indices of the width that their tile chose",
      .parameters = {{"IN_W", 1, kWidest, "bits of a bus word"},
                     {"PORTS", 1, kLongest, "indices of a beat"},
                     {"INDEX_W", 2, 16, "bits of the widest index"},
                     {"BASE_W", 1, 15, "bits above the narrowest index"},
                     {"WIDTH_SET", 2, kWidestSet, "bit w: there are indices of w bits"},
                     {"SELECT_W", 1, 4, "bits that tell the widths apart"},
                     {"UNIT", 1, kWidest, "bits that the shifter moves by"},
                     {"FILL_W", 1, kLongestBits, "bits that count units in the buffer"},
                     {"SHIFT_W", 1, kLongestBits, "bits that count units of less than a beat"},
                     {"BEATS", 1, kLongest, "beats of a tile"},
                     {"BEAT_W", 1, kLongestBits, "bits that count beats"}},
      .relations =
          {{"ERROR_vq_unpack_widths_WIDTH_SET_must_reach_from_INDEX_W_down_by_BASE_W",
            "WIDTH_SET's highest bit must be INDEX_W, its lowest INDEX_W - BASE_W",
            [](const Values& v) {
              const std::int64_t low = v.at("INDEX_W") - v.at("BASE_W");
              return is_width_set(v) && low >= 1 &&
                     std::countr_zero(static_cast<std::uint64_t>(v.at("WIDTH_SET"))) == low;
            }},
           {"ERROR_vq_unpack_widths_SELECT_W_is_too_narrow",
            "SELECT_W must count the widths of WIDTH_SET", selects_widths},
           {"ERROR_vq_unpack_widths_UNIT_must_divide_IN_W_and_all_beats",
            "UNIT must divide IN_W and PORTS times each width",
            [](const Values& v) {
              bool divides = v.at("IN_W") % v.at("UNIT") == 0;
              for (std::int64_t w = 1; w <= 16; ++w) {
                const bool has = (v.at("WIDTH_SET") >> w & 1) != 0;
                divides = divides && (!has || v.at("PORTS") * w % v.at("UNIT") == 0);
              }
              return divides;
            }},
           {"ERROR_vq_unpack_widths_FILL_W_or_SHIFT_W_is_too_narrow",
            "FILL_W must count the units of a word and a beat together, SHIFT_W those of a beat",
            [](const Values& v) {
              const std::int64_t beat = v.at("PORTS") * v.at("INDEX_W");
              return (std::int64_t{1} << v.at("FILL_W")) * v.at("UNIT") >= v.at("IN_W") + beat &&
                     (std::int64_t{1} << v.at("SHIFT_W")) * v.at("UNIT") >= beat &&
                     v.at("SHIFT_W") <= v.at("FILL_W");
            }},
           {"ERROR_vq_unpack_widths_BEAT_W_is_too_narrow_for_BEATS", "BEAT_W must count to BEATS",
            [](const Values& v) { return counts_to(v.at("BEAT_W"), v.at("BEATS")); }}},
      .ports = {clock_port(), reset_port(), in("valid_i"), out("ready_o"),
                in("data_i", param("IN_W")), in("select_i", param("SELECT_W")),
                in("base_i", param("BASE_W")), out("valid_o"), in("ready_i"),
                out("data_o", param("PORTS") * param("INDEX_W")), out("last_o")},
      .paths = {{"ready_i", "ready_o"}},
      .latency_cycles = 1,
      .uses = {}};
}

Contract word_route_widths() {
  std::vector<netlist::CombinationalPath> paths = word_route_paths();
  paths.push_back({"select_i", "mode_ready_o"});
  return {.name = "vq_word_route_widths",
          .purpose = "sends each tile's bus words to an unpacker; indices have their tile's width",
          .parameters = {{"IN_W", 1, kWidest, "bits of a bus word"},
                         {"INDICES", 1, kLongest, "indices of a tile"},
                         {"INDEX_W", 2, 16, "bits of the widest index"},
                         {"WIDTH_SET", 2, kWidestSet, "bit w: there are indices of w bits"},
                         {"SELECT_W", 1, 4, "bits that tell the widths apart"},
                         {"DENSE_WORDS", 1, kLongest, "bus words of a dense tile"},
                         {"COUNT_W", 1, kLongestBits, "bits that count the words of either"}},
          .relations = {{"ERROR_vq_word_route_widths_INDEX_W_must_be_the_highest_of_WIDTH_SET",
                         "INDEX_W must be WIDTH_SET's highest bit", is_width_set},
                        {"ERROR_vq_word_route_widths_SELECT_W_is_too_narrow",
                         "SELECT_W must count the widths of WIDTH_SET", selects_widths},
                        {"ERROR_vq_word_route_widths_COUNT_W_is_too_narrow",
                         "COUNT_W must count to the words of the widest indices and to DENSE_WORDS",
                         [](const Values& v) {
                           const std::int64_t bits = v.at("INDICES") * v.at("INDEX_W");
                           return counts_to(v.at("COUNT_W"), base::ceil_div(bits, v.at("IN_W"))) &&
                                  counts_to(v.at("COUNT_W"), v.at("DENSE_WORDS"));
                         }}},
          .ports = {clock_port(), reset_port(), in("mode_valid_i"), out("mode_ready_o"),
                    in("mode_dense_i"), in("valid_i"), out("ready_o"),
                    in("select_i", param("SELECT_W")), out("index_valid_o"), in("index_ready_i"),
                    out("dense_valid_o"), in("dense_ready_i")},
          .paths = std::move(paths),
          .latency_cycles = 0,
          .uses = {}};
}

Contract index_width() {
  return {.name = "vq_index_width",
          .purpose = "the index width and base of a layer, beside the words of its tiles",
          .parameters = {{"BUS_W", 1, kWidest, "bits of a bus word"},
                         {"INDICES", 1, kLongest, "indices of a tile"},
                         {"INDEX_W", 2, 16, "bits of the widest index"},
                         {"BASE_W", 1, 15, "bits above the narrowest index"},
                         {"WIDTH_SET", 2, kWidestSet, "bit w: there are indices of w bits"},
                         {"SELECT_W", 1, 4, "bits that tell the widths apart"}},
          .relations = {{"ERROR_vq_index_width_INDEX_W_must_be_the_highest_of_WIDTH_SET",
                         "INDEX_W must be WIDTH_SET's highest bit", is_width_set},
                        {"ERROR_vq_index_width_SELECT_W_is_too_narrow",
                         "SELECT_W must count the widths of WIDTH_SET", selects_widths}},
          .ports = {clock_port(), reset_port(), in("run_valid_i"), in("run_ready_i"),
                    in("index_bits_i", 5), in("base_i", param("BASE_W")), in("dense_i"),
                    in("dense_words_i", kAddressBits), out("words_o", kAddressBits),
                    in("job_valid_i"), in("job_ready_i"), in("read_i"),
                    out("select_o", param("SELECT_W")), out("base_o", param("BASE_W"))},
          .paths = {{"dense_i", "words_o"}, {"dense_words_i", "words_o"}},
          .latency_cycles = 1,
          .uses = {}};
}

}  // namespace

std::vector<Contract> width_leaves() {
  return {unpack_widths(), word_route_widths(), index_width()};
}

}  // namespace vqrom::leaf
