// SPDX-License-Identifier: Apache-2.0
// leaves_test — each contract says what Yosys finds in the leaf's text.
#include "gen/leaf/leaves.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>

#include "sw/base/file.h"
#include "sw/base/process.h"
#include "tests/gen/leaf/elaborated.h"

namespace vqrom::leaf {
namespace {

using netlist::Contract;
using netlist::Values;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;

struct LeafCase {
  const char* name;
  std::vector<Values> sets;  // the first has every path that the contract names
};

void PrintTo(const LeafCase& leaf, std::ostream* out) {
  *out << leaf.name;
}

Values csr_values(int address_bits) {
  Values values{{"ADDR_W", address_bits}, {"EVENTS", 23}, {"INDEX_W", 5}, {"COUNT_W", 20}};
  for (const char* name :
       {"ROWS", "COLUMNS", "LANES", "BUS_BITS", "ENTRIES", "DIMENSION", "ELEMENT_BITS", "PORTS"}) {
    values[name] = 8;
  }
  return values;
}

const std::vector<LeafCase>& leaf_cases() {
  static const std::vector<LeafCase> kCases = {
      {"vq_ram_1r1w",
       {{{"WIDTH", 8}, {"DEPTH", 4}, {"ADDR_W", 2}}, {{"WIDTH", 3}, {"DEPTH", 5}, {"ADDR_W", 3}}}},
      {"vq_fifo",
       {{{"WIDTH", 7}, {"DEPTH", 4}, {"PTR_W", 2}}, {{"WIDTH", 1}, {"DEPTH", 3}, {"PTR_W", 2}}}},
      {"vq_fork", {{{"N", 3}}, {{"N", 2}}}},
      {"vq_limit", {{{"LIMIT", 5}, {"COUNT_W", 3}}, {{"LIMIT", 1}, {"COUNT_W", 1}}}},
      {"vq_burst_walker",
       {{{"ADDR_W", 29}, {"WORDS_W", 20}, {"ROWS_W", 16}, {"PAGE_W", 9}, {"BURST", 16}},
        {{"ADDR_W", 12}, {"WORDS_W", 9}, {"ROWS_W", 1}, {"PAGE_W", 8}, {"BURST", 256}}}},
      {"vq_read_arbiter",
       {{{"ADDR_W", 29}, {"FETCH_WORDS", 4}}, {{"ADDR_W", 12}, {"FETCH_WORDS", 1}}}},
      {"vq_answer_sort", {{}}},
      {"vq_load_writer",
       {{{"BUS_W", 32},
         {"VECTOR_W", 96},
         {"CODEWORD_WORDS", 4},
         {"PART_W", 2},
         {"ADDR_W", 16},
         {"WORDS_W", 20},
         {"ROWS_W", 16}},
        {{"BUS_W", 128},
         {"VECTOR_W", 128},
         {"CODEWORD_WORDS", 1},
         {"PART_W", 1},
         {"ADDR_W", 5},
         {"WORDS_W", 7},
         {"ROWS_W", 1}}}},
      {"vq_store_reader",
       {{{"BUS_W", 32},
         {"VECTOR_W", 96},
         {"PART_W", 2},
         {"ADDR_W", 16},
         {"WORDS_W", 20},
         {"ROWS_W", 16}},
        {{"BUS_W", 32},
         {"VECTOR_W", 32},
         {"PART_W", 1},
         {"ADDR_W", 5},
         {"WORDS_W", 7},
         {"ROWS_W", 1}}}},
      {"vq_register", {{{"WIDTH", 5}}, {{"WIDTH", 1}}}},
      {"vq_select", {{{"WIDTH", 5}}, {{"WIDTH", 1}}}},
      {"vq_stage", {{}}},
      {"vq_word_route",
       {{{"INDEX_WORDS", 2}, {"DENSE_WORDS", 5}, {"COUNT_W", 3}},
        {{"INDEX_WORDS", 1}, {"DENSE_WORDS", 1}, {"COUNT_W", 1}}}},
      {"vq_unpack",
       {{{"IN_W", 32}, {"OUT_W", 12}, {"UNIT", 4}, {"FILL_W", 4}, {"BEATS", 5}, {"BEAT_W", 3}},
        {{"IN_W", 8}, {"OUT_W", 32}, {"UNIT", 8}, {"FILL_W", 3}, {"BEATS", 1}, {"BEAT_W", 1}},
        {{"IN_W", 32}, {"OUT_W", 32}, {"UNIT", 32}, {"FILL_W", 1}, {"BEATS", 4}, {"BEAT_W", 2}}}},
      {"vq_unpack_widths",
       {{{"IN_W", 64},
         {"PORTS", 2},
         {"INDEX_W", 8},
         {"BASE_W", 4},
         {"WIDTH_SET", 0b1'0101'0000},
         {"SELECT_W", 2},
         {"UNIT", 4},
         {"FILL_W", 5},
         {"SHIFT_W", 2},
         {"BEATS", 5},
         {"BEAT_W", 3}},
        {{"IN_W", 32},
         {"PORTS", 3},
         {"INDEX_W", 16},
         {"BASE_W", 15},
         {"WIDTH_SET", 0b1'0000'0000'0000'0010},
         {"SELECT_W", 1},
         {"UNIT", 1},
         {"FILL_W", 7},
         {"SHIFT_W", 6},
         {"BEATS", 1},
         {"BEAT_W", 1}}}},
      {"vq_word_route_widths",
       {{{"IN_W", 64},
         {"INDICES", 32},
         {"INDEX_W", 8},
         {"WIDTH_SET", 0b1'0101'0000},
         {"SELECT_W", 2},
         {"DENSE_WORDS", 16},
         {"COUNT_W", 4}}}},
      {"vq_index_width",
       {{{"BUS_W", 64},
         {"INDICES", 32},
         {"INDEX_W", 8},
         {"BASE_W", 4},
         {"WIDTH_SET", 0b1'0101'0000},
         {"SELECT_W", 2}}}},
      {"vq_beat_merge", {{}}},
      {"vq_sign_extend",
       {{{"COUNT", 4}, {"IN_W", 6}, {"OUT_W", 8}}, {{"COUNT", 1}, {"IN_W", 8}, {"OUT_W", 8}}}},
      {"vq_sign_split", {{{"COUNT", 8}, {"LEVEL_W", 2}}, {{"COUNT", 1}, {"LEVEL_W", 6}}}},
      {"vq_lattice", {{}}},
      {"vq_codebook_registers",
       {{{"ENTRIES", 8}, {"INDEX_W", 3}, {"CODEWORD_W", 12}, {"PORTS", 1}},
        {{"ENTRIES", 5}, {"INDEX_W", 3}, {"CODEWORD_W", 3}, {"PORTS", 2}}}},
      {"vq_codebook_read",
       {{{"ENTRIES", 8}, {"INDEX_W", 3}, {"CODEWORD_W", 12}},
        {{"ENTRIES", 5}, {"INDEX_W", 3}, {"CODEWORD_W", 3}}}},
      {"vq_bank_read",
       {{{"PORTS", 3}, {"BANKS", 4}, {"BANK_W", 2}, {"ROW_W", 3}, {"CODEWORD_W", 12}},
        {{"PORTS", 2}, {"BANKS", 2}, {"BANK_W", 1}, {"ROW_W", 1}, {"CODEWORD_W", 1}}}},
      {"vq_bank_write",
       {{{"BANKS", 4}, {"BANK_W", 2}, {"ROW_W", 3}}, {{"BANKS", 2}, {"BANK_W", 1}, {"ROW_W", 1}}}},
      {"vq_weight_buffer",
       {{{"BEATS", 4}, {"BEAT_W", 16}, {"COUNT_W", 2}},
        {{"BEATS", 1}, {"BEAT_W", 8}, {"COUNT_W", 1}}}},
      {"vq_mac_column",
       {{{"ROWS", 4}, {"ACT_W", 8}, {"WGT_W", 8}, {"SUM_W", 18}, {"PRODUCT_REG", 0}},
        {{"ROWS", 3}, {"ACT_W", 8}, {"WGT_W", 5}, {"SUM_W", 20}, {"PRODUCT_REG", 1}},
        {{"ROWS", 1}, {"ACT_W", 8}, {"WGT_W", 8}, {"SUM_W", 16}, {"PRODUCT_REG", 0}}}},
      {"vq_mac_array",
       {{{"ROWS", 4},
         {"COLUMNS", 3},
         {"ACT_W", 8},
         {"WGT_W", 8},
         {"SUM_W", 18},
         {"PRODUCT_REG", 1}},
        {{"ROWS", 2},
         {"COLUMNS", 1},
         {"ACT_W", 8},
         {"WGT_W", 4},
         {"SUM_W", 13},
         {"PRODUCT_REG", 0}}}},
      {"vq_accumulator",
       {{{"COLUMNS", 2}, {"SUM_W", 18}, {"ARRAY_LATENCY", 2}, {"DEPTH", 4}, {"ADDR_W", 2}},
        {{"COLUMNS", 1}, {"SUM_W", 32}, {"ARRAY_LATENCY", 3}, {"DEPTH", 2}, {"ADDR_W", 1}}}},
      {"vq_param_buffer",
       {{{"COLUMNS", 4}, {"LANES", 2}, {"COUNT_W", 2}, {"BEAT_W", 1}},
        {{"COLUMNS", 6}, {"LANES", 1}, {"COUNT_W", 3}, {"BEAT_W", 3}},
        {{"COLUMNS", 2}, {"LANES", 2}, {"COUNT_W", 1}, {"BEAT_W", 1}}}},
      {"vq_lane_select",
       {{{"COLUMNS", 4}, {"LANES", 2}, {"BEAT_W", 1}},
        {{"COLUMNS", 2}, {"LANES", 2}, {"BEAT_W", 1}}}},
      {"vq_requantise", {{}}},
      {"vq_requantise_lanes", {{{"LANES", 2}}, {{"LANES", 1}}}},
      {"vq_window_lanes",
       {{{"ROWS", 4}, {"LANES", 2}, {"BEAT_W", 1}}, {{"ROWS", 2}, {"LANES", 2}, {"BEAT_W", 1}}}},
      {"vq_add_lanes", {{{"LANES", 2}}, {{"LANES", 1}}}},
      {"vq_table_lanes",
       {{{"LANES", 2}, {"BUS_W", 64}, {"WORD_W", 6}},
        {{"LANES", 1}, {"BUS_W", 16}, {"WORD_W", 8}}}},
      {"vq_route", {{}}},
      {"vq_run_dispatch", {{{"ROWS", 8}, {"COLUMNS", 4}}}},
      {"vq_run_order", {{}}},
      {"vq_tile_walker",
       {{{"INDEX_WORDS", 2}, {"DENSE_WORDS", 8}, {"ADDR_W", 6}},
        {{"INDEX_WORDS", 1}, {"DENSE_WORDS", 1}, {"ADDR_W", 16}}}},
      {"vq_stream_reader", {{}}},
      {"vq_window_walker", {{{"ROWS", 4}}, {{"ROWS", 1}}}},
      {"vq_window_control", {{{"BEATS", 4}, {"BEAT_W", 2}}, {{"BEATS", 1}, {"BEAT_W", 1}}}},
      {"vq_out_walker",
       {{{"ROWS", 8}, {"COLUMNS", 4}, {"LANES", 2}}, {{"ROWS", 4}, {"COLUMNS", 4}, {"LANES", 4}}}},
      {"vq_tile_control", {{{"ADDR_W", 4}}, {{"ADDR_W", 1}}}},
      {"vq_drain",
       {{{"BEATS", 4}, {"BEAT_W", 2}, {"ADDR_W", 5}},
        {{"BEATS", 1}, {"BEAT_W", 1}, {"ADDR_W", 1}}}},
      {"vq_tickets", {{{"COUNT_W", 20}}, {{"COUNT_W", 1}}}},
      {"vq_ticket_gate", {{{"COUNT_W", 20}}, {{"COUNT_W", 1}}}},
      {"vq_run_context",
       {{{"SHAPE_OPCODE", 3}, {"FACTORS_OPCODE", 4}, {"SHAPE_W", 9}, {"FACTORS_W", 7}}}},
      {"vq_dispatch",
       {{{"LOAD_OPCODE", 1},
         {"STORE_OPCODE", 2},
         {"SHAPE_OPCODE", 3},
         {"FACTORS_OPCODE", 4},
         {"RUN_OPCODE", 5},
         {"FENCE_OPCODE", 6},
         {"END_OPCODE", 7},
         {"COUNT_W", 20}}}},
      {"vq_fetch",
       {{{"BUS_W", 32}, {"ADDR_W", 32}, {"DEPTH", 8}, {"PTR_W", 6}},
        {{"BUS_W", 64}, {"ADDR_W", 40}, {"DEPTH", 2}, {"PTR_W", 3}},
        {{"BUS_W", 128}, {"ADDR_W", 16}, {"DEPTH", 4}, {"PTR_W", 3}}}},
      {"vq_counters", {{{"EVENTS", 23}, {"INDEX_W", 5}}, {{"EVENTS", 2}, {"INDEX_W", 1}}}},
      {"vq_csr", {csr_values(16), csr_values(40)}},
  };
  return kCases;
}

std::vector<ElaboratedPort> promised_ports(const Contract& contract, const Values& values) {
  std::vector<ElaboratedPort> ports;
  for (const netlist::ContractPort& port : contract.ports) {
    ports.push_back({port.name, port.direction, static_cast<int>(port.width.evaluate(values))});
  }
  return ports;
}

std::string text_of(const std::vector<ElaboratedPort>& ports) {
  std::string text;
  for (const ElaboratedPort& port : ports) {
    text += fmt::format("{} {}[{}]\n",
                        port.direction == netlist::Direction::kInput ? "input" : "output",
                        port.name, port.width);
  }
  return text;
}

std::vector<std::string> text_of(std::vector<netlist::CombinationalPath> paths) {
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> lines;
  for (const auto& path : paths) lines.push_back(path.from + " -> " + path.to);
  return lines;
}

class LeafContract : public ::testing::TestWithParam<LeafCase> {};

TEST_P(LeafContract, SaysWhatYosysElaborates) {
  try {
    (void)base::find_tool(base::kYosys);
  } catch (const base::UserError& error) {
    GTEST_SKIP() << error.what();
  }
  const Contract& contract = find_leaf(GetParam().name);
  const std::vector<Values>& sets = GetParam().sets;
  const std::vector<Elaborated> elaborated = elaborate(contract, sets);
  ASSERT_EQ(elaborated.size(), sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    EXPECT_THAT(contract.violations(sets[i]), IsEmpty());
    EXPECT_EQ(text_of(elaborated[i].ports), text_of(promised_ports(contract, sets[i])));
    EXPECT_THAT(elaborated[i].latches, IsEmpty());
    // A degenerate size may lose a path, never gain one.
    EXPECT_THAT(text_of(elaborated[i].paths), IsSubsetOf(text_of(contract.paths)));
  }
  EXPECT_EQ(text_of(elaborated[0].paths), text_of(contract.paths));
}

INSTANTIATE_TEST_SUITE_P(Leaves, LeafContract, ::testing::ValuesIn(leaf_cases()),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(Leaves, EveryFileOfHwRtlHasAContractAndATest) {
  std::set<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(VQROM_SOURCE_DIR "/hw/rtl")) {
    if (entry.path().extension() == ".v") files.insert(entry.path().stem().string());
  }
  std::set<std::string> contracts;
  for (const Contract& contract : all_leaves()) contracts.insert(contract.name);
  std::set<std::string> tested;
  for (const LeafCase& each : leaf_cases()) tested.insert(each.name);
  EXPECT_EQ(files, contracts);
  EXPECT_EQ(files, tested);
}

TEST(Leaves, TextIsTheFile) {
  EXPECT_EQ(leaf_text("vq_stage"), base::read_file(VQROM_SOURCE_DIR "/hw/rtl/stream/vq_stage.v"));
}

TEST(Leaves, ComeAfterTheLeavesThatTheyUse) {
  std::set<std::string> earlier;
  for (const Contract& contract : all_leaves()) {
    for (const netlist::Use& use : contract.uses) EXPECT_TRUE(earlier.contains(use.module));
    earlier.insert(contract.name);
  }
}

}  // namespace
}  // namespace vqrom::leaf
