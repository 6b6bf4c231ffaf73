// SPDX-License-Identifier: Apache-2.0
// stop_test — illegal parameters are refused by the contract and stop every tool, with a sentence.
#include <algorithm>

#include <gmock/gmock.h>

#include "gen/leaf/leaves.h"
#include "sw/base/process.h"
#include "tests/gen/leaf/elaborated.h"
#include "tests/temporary_directory.h"

namespace vqrom::leaf {
namespace {

using netlist::Values;
using ::testing::HasSubstr;

struct IllegalCase {
  const char* leaf;
  const char* stop;
  Values values;
};

void PrintTo(const IllegalCase& illegal, std::ostream* out) {
  *out << illegal.stop;
}

Values with(Values values, const Values& changes) {
  for (const auto& [name, value] : changes) values.at(name) = value;
  return values;
}

const std::vector<IllegalCase>& illegal_cases() {
  // Legal; each case of theirs changes what makes it illegal.
  static const Values kUnpack = {{"IN_W", 64},  {"PORTS", 2},         {"INDEX_W", 8},
                                 {"BASE_W", 4}, {"WIDTH_SET", 0x150}, {"SELECT_W", 2},
                                 {"UNIT", 4},   {"FILL_W", 5},        {"SHIFT_W", 2},
                                 {"BEATS", 5},  {"BEAT_W", 3}};
  static const Values kRoute = {{"IN_W", 64},         {"INDICES", 32}, {"INDEX_W", 8},
                                {"WIDTH_SET", 0x150}, {"SELECT_W", 2}, {"DENSE_WORDS", 16},
                                {"COUNT_W", 4}};
  static const Values kIndexWidth = {{"BUS_W", 64}, {"INDICES", 32},      {"INDEX_W", 8},
                                     {"BASE_W", 4}, {"WIDTH_SET", 0x150}, {"SELECT_W", 2}};
  static const std::vector<IllegalCase> kCases = {
      {"vq_ram_1r1w",
       "ERROR_vq_ram_1r1w_DEPTH_must_be_2_or_more_and_fit_ADDR_W",
       {{"WIDTH", 8}, {"DEPTH", 5}, {"ADDR_W", 2}}},
      {"vq_fifo",
       "ERROR_vq_fifo_DEPTH_must_be_2_or_more_and_fit_PTR_W",
       {{"WIDTH", 8}, {"DEPTH", 5}, {"PTR_W", 2}}},
      {"vq_limit",
       "ERROR_vq_limit_COUNT_W_is_too_narrow_for_LIMIT",
       {{"LIMIT", 4}, {"COUNT_W", 2}}},
      {"vq_burst_walker",
       "ERROR_vq_burst_walker_BURST_must_be_1_to_256",
       {{"ADDR_W", 29}, {"WORDS_W", 20}, {"ROWS_W", 16}, {"PAGE_W", 9}, {"BURST", 257}}},
      {"vq_burst_walker",
       "ERROR_vq_burst_walker_PAGE_W_must_be_8_or_more_and_fit_WORDS_W_and_ADDR_W",
       {{"ADDR_W", 29}, {"WORDS_W", 9}, {"ROWS_W", 16}, {"PAGE_W", 9}, {"BURST", 16}}},
      {"vq_read_arbiter",
       "ERROR_vq_read_arbiter_FETCH_WORDS_must_be_1_to_256",
       {{"ADDR_W", 29}, {"FETCH_WORDS", 257}}},
      {"vq_load_writer",
       "ERROR_vq_load_writer_BUS_W_must_divide_VECTOR_W_and_128",
       {{"BUS_W", 64},
        {"VECTOR_W", 96},
        {"CODEWORD_WORDS", 1},
        {"PART_W", 1},
        {"ADDR_W", 16},
        {"WORDS_W", 20},
        {"ROWS_W", 16}}},
      {"vq_load_writer",
       "ERROR_vq_load_writer_PART_W_is_too_narrow",
       {{"BUS_W", 32},
        {"VECTOR_W", 32},
        {"CODEWORD_WORDS", 1},
        {"PART_W", 1},
        {"ADDR_W", 16},
        {"WORDS_W", 20},
        {"ROWS_W", 16}}},
      {"vq_load_writer",
       "ERROR_vq_load_writer_CODEWORD_WORDS_must_be_1_or_more_and_fit_128",
       {{"BUS_W", 64},
        {"VECTOR_W", 64},
        {"CODEWORD_WORDS", 3},
        {"PART_W", 1},
        {"ADDR_W", 16},
        {"WORDS_W", 20},
        {"ROWS_W", 16}}},
      {"vq_store_reader",
       "ERROR_vq_store_reader_BUS_W_must_divide_VECTOR_W",
       {{"BUS_W", 64},
        {"VECTOR_W", 96},
        {"PART_W", 1},
        {"ADDR_W", 16},
        {"WORDS_W", 20},
        {"ROWS_W", 16}}},
      {"vq_store_reader",
       "ERROR_vq_store_reader_PART_W_is_too_narrow",
       {{"BUS_W", 32},
        {"VECTOR_W", 96},
        {"PART_W", 1},
        {"ADDR_W", 16},
        {"WORDS_W", 20},
        {"ROWS_W", 16}}},
      {"vq_word_route",
       "ERROR_vq_word_route_COUNT_W_is_too_narrow",
       {{"INDEX_WORDS", 2}, {"DENSE_WORDS", 9}, {"COUNT_W", 3}}},
      {"vq_unpack",
       "ERROR_vq_unpack_UNIT_must_divide_IN_W_and_OUT_W",
       {{"IN_W", 32}, {"OUT_W", 12}, {"UNIT", 8}, {"FILL_W", 4}, {"BEATS", 4}, {"BEAT_W", 2}}},
      {"vq_unpack",
       "ERROR_vq_unpack_FILL_W_is_too_narrow",
       {{"IN_W", 32}, {"OUT_W", 12}, {"UNIT", 4}, {"FILL_W", 3}, {"BEATS", 4}, {"BEAT_W", 2}}},
      {"vq_unpack",
       "ERROR_vq_unpack_BEAT_W_is_too_narrow_for_BEATS",
       {{"IN_W", 32}, {"OUT_W", 12}, {"UNIT", 4}, {"FILL_W", 4}, {"BEATS", 5}, {"BEAT_W", 2}}},
      {"vq_unpack_widths",
       "ERROR_vq_unpack_widths_WIDTH_SET_must_reach_from_INDEX_W_down_by_BASE_W",
       with(kUnpack, {{"BASE_W", 3}})},
      {"vq_unpack_widths", "ERROR_vq_unpack_widths_SELECT_W_is_too_narrow",
       with(kUnpack, {{"SELECT_W", 1}})},
      {"vq_unpack_widths", "ERROR_vq_unpack_widths_UNIT_must_divide_IN_W_and_all_beats",
       with(kUnpack, {{"UNIT", 8}, {"FILL_W", 4}, {"SHIFT_W", 1}})},
      {"vq_unpack_widths", "ERROR_vq_unpack_widths_FILL_W_or_SHIFT_W_is_too_narrow",
       with(kUnpack, {{"SHIFT_W", 1}})},
      {"vq_unpack_widths", "ERROR_vq_unpack_widths_BEAT_W_is_too_narrow_for_BEATS",
       with(kUnpack, {{"BEAT_W", 2}})},
      {"vq_word_route_widths",
       "ERROR_vq_word_route_widths_INDEX_W_must_be_the_highest_of_WIDTH_SET",
       with(kRoute, {{"INDEX_W", 7}})},
      {"vq_word_route_widths", "ERROR_vq_word_route_widths_SELECT_W_is_too_narrow",
       with(kRoute, {{"SELECT_W", 1}})},
      {"vq_word_route_widths", "ERROR_vq_word_route_widths_COUNT_W_is_too_narrow",
       with(kRoute, {{"COUNT_W", 3}})},
      {"vq_index_width", "ERROR_vq_index_width_INDEX_W_must_be_the_highest_of_WIDTH_SET",
       with(kIndexWidth, {{"INDEX_W", 7}})},
      {"vq_index_width", "ERROR_vq_index_width_SELECT_W_is_too_narrow",
       with(kIndexWidth, {{"SELECT_W", 1}})},
      {"vq_sign_extend",
       "ERROR_vq_sign_extend_OUT_W_is_narrower_than_IN_W",
       {{"COUNT", 4}, {"IN_W", 8}, {"OUT_W", 7}}},
      {"vq_codebook_registers",
       "ERROR_vq_codebook_registers_INDEX_W_is_too_narrow_for_ENTRIES",
       {{"ENTRIES", 9}, {"INDEX_W", 3}, {"CODEWORD_W", 4}, {"PORTS", 1}}},
      {"vq_codebook_read",
       "ERROR_vq_codebook_read_INDEX_W_is_too_narrow_for_ENTRIES",
       {{"ENTRIES", 9}, {"INDEX_W", 3}, {"CODEWORD_W", 4}}},
      {"vq_bank_read",
       "ERROR_vq_bank_read_BANKS_must_be_2_or_more_and_2_to_the_BANK_W",
       {{"PORTS", 2}, {"BANKS", 3}, {"BANK_W", 2}, {"ROW_W", 2}, {"CODEWORD_W", 4}}},
      {"vq_bank_write",
       "ERROR_vq_bank_write_BANKS_must_be_2_or_more_and_2_to_the_BANK_W",
       {{"BANKS", 4}, {"BANK_W", 1}, {"ROW_W", 2}}},
      {"vq_weight_buffer",
       "ERROR_vq_weight_buffer_COUNT_W_is_too_narrow_for_BEATS",
       {{"BEATS", 5}, {"BEAT_W", 8}, {"COUNT_W", 2}}},
      {"vq_mac_column",
       "ERROR_vq_mac_column_SUM_W_is_too_narrow",
       {{"ROWS", 5}, {"ACT_W", 8}, {"WGT_W", 8}, {"SUM_W", 18}, {"PRODUCT_REG", 0}}},
      {"vq_mac_array",
       "ERROR_vq_mac_column_SUM_W_is_too_narrow",
       {{"ROWS", 4},
        {"COLUMNS", 2},
        {"ACT_W", 8},
        {"WGT_W", 8},
        {"SUM_W", 17},
        {"PRODUCT_REG", 0}}},
      {"vq_accumulator",
       "ERROR_vq_accumulator_ARRAY_LATENCY_must_be_2_or_more",
       {{"COLUMNS", 2}, {"SUM_W", 18}, {"ARRAY_LATENCY", 1}, {"DEPTH", 4}, {"ADDR_W", 2}}},
      {"vq_accumulator",
       "ERROR_vq_accumulator_SUM_W_must_be_32_or_less",
       {{"COLUMNS", 2}, {"SUM_W", 33}, {"ARRAY_LATENCY", 2}, {"DEPTH", 4}, {"ADDR_W", 2}}},
      {"vq_accumulator",
       "ERROR_vq_ram_1r1w_DEPTH_must_be_2_or_more_and_fit_ADDR_W",
       {{"COLUMNS", 2}, {"SUM_W", 18}, {"ARRAY_LATENCY", 2}, {"DEPTH", 5}, {"ADDR_W", 2}}},
      {"vq_param_buffer",
       "ERROR_vq_param_buffer_LANES_must_divide_COLUMNS_of_2_or_more",
       {{"COLUMNS", 4}, {"LANES", 3}, {"COUNT_W", 2}, {"BEAT_W", 1}}},
      {"vq_lane_select",
       "ERROR_vq_lane_select_LANES_must_divide_COLUMNS",
       {{"COLUMNS", 4}, {"LANES", 3}, {"BEAT_W", 1}}},
      {"vq_window_lanes",
       "ERROR_vq_window_lanes_LANES_must_divide_ROWS",
       {{"ROWS", 4}, {"LANES", 3}, {"BEAT_W", 1}}},
      {"vq_table_lanes",
       "ERROR_vq_table_lanes_WORD_W_must_address_512_entries_in_words_of_BUS_W",
       {{"LANES", 2}, {"BUS_W", 64}, {"WORD_W", 5}}},
      {"vq_window_control",
       "ERROR_vq_window_control_BEAT_W_is_too_narrow_for_BEATS",
       {{"BEATS", 3}, {"BEAT_W", 1}}},
      {"vq_window_walker", "ERROR_vq_window_walker_ROWS_must_be_128_or_less", {{"ROWS", 129}}},
      {"vq_out_walker",
       "ERROR_vq_out_walker_LANES_must_divide_ROWS_and_COLUMNS_of_128_or_less",
       {{"ROWS", 6}, {"COLUMNS", 8}, {"LANES", 4}}},
      {"vq_drain",
       "ERROR_vq_drain_BEAT_W_is_too_narrow_for_BEATS",
       {{"BEATS", 3}, {"BEAT_W", 1}, {"ADDR_W", 4}}},
      {"vq_fetch",
       "ERROR_vq_fetch_DEPTH_instructions_must_be_2_to_the_PTR_W_words",
       {{"BUS_W", 64}, {"ADDR_W", 32}, {"DEPTH", 3}, {"PTR_W", 4}}},
      {"vq_counters",
       "ERROR_vq_counters_INDEX_W_is_too_narrow_for_EVENTS_of_2_or_more",
       {{"EVENTS", 5}, {"INDEX_W", 2}}},
  };
  return kCases;
}

struct ToolRun {
  base::Tool tool;
  std::vector<std::string> arguments;
};

// How each tool is asked to elaborate a leaf with other parameters.
std::vector<ToolRun> runs(const std::string& leaf, const Values& values) {
  std::string yosys = fmt::format("read_verilog *.v; hierarchy -check -top {}", leaf);
  std::vector<std::string> verilator = {"--lint-only", "--language", "1364-2005", "-y", "."};
  std::vector<std::string> icarus = {"-g2005", "-t", "null", "-y", ".", "-s", leaf};
  for (const auto& [name, value] : values) {
    yosys += fmt::format(" -chparam {} {}", name, value);
    verilator.push_back(fmt::format("-G{}={}", name, value));
    icarus.push_back(fmt::format("-P{}.{}={}", leaf, name, value));
  }
  verilator.insert(verilator.end(), {"--top-module", leaf, leaf + ".v"});
  icarus.push_back(leaf + ".v");
  return {
      {base::kYosys, {"-q", "-p", yosys}}, {base::kVerilator, verilator}, {base::kIcarus, icarus}};
}

class IllegalParameters : public ::testing::TestWithParam<IllegalCase> {};

TEST_P(IllegalParameters, AreRefusedByTheContract) {
  const IllegalCase& illegal = GetParam();
  const netlist::Contract& contract = find_leaf(illegal.leaf);
  const auto relation =
      std::find_if(contract.relations.begin(), contract.relations.end(),
                   [&](const netlist::Relation& each) { return each.stop == illegal.stop; });
  ASSERT_NE(relation, contract.relations.end());
  EXPECT_FALSE(relation->holds(illegal.values));
  ASSERT_EQ(contract.violations(illegal.values).size(), 1U);
  EXPECT_THAT(contract.violations(illegal.values).front(), HasSubstr(relation->sentence));
}

TEST_P(IllegalParameters, StopEveryTool) {
  const IllegalCase& illegal = GetParam();
  const std::vector<ToolRun> all = runs(illegal.leaf, illegal.values);
  try {
    for (const ToolRun& run : all) (void)base::find_tool(run.tool);
  } catch (const base::UserError& error) {
    GTEST_SKIP() << error.what();
  }
  const test::TemporaryDirectory directory;
  write_leaves(directory.path());
  for (const ToolRun& run : all) {
    const base::ToolResult result = base::run_tool(run.tool, run.arguments, directory.path());
    EXPECT_NE(result.exit_code, 0) << run.tool.program;
    EXPECT_THAT(result.output, HasSubstr(illegal.stop)) << run.tool.program;
  }
}

INSTANTIATE_TEST_SUITE_P(Leaves, IllegalParameters, ::testing::ValuesIn(illegal_cases()),
                         [](const auto& each) {
                           return fmt::format("{}_{}", each.param.leaf, each.index);
                         });

TEST(Relations, EveryOneHasAnIllegalCase) {
  for (const netlist::Contract& contract : all_leaves()) {
    for (const netlist::Relation& relation : contract.relations) {
      const bool tested = std::any_of(
          illegal_cases().begin(), illegal_cases().end(), [&](const IllegalCase& illegal) {
            return illegal.leaf == contract.name && illegal.stop == relation.stop;
          });
      EXPECT_TRUE(tested) << contract.name << ": " << relation.stop;
    }
  }
}

}  // namespace
}  // namespace vqrom::leaf
