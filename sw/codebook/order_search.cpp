// SPDX-License-Identifier: Apache-2.0
#include "sw/codebook/order_search.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "sw/base/checked.h"
#include "sw/base/error.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/base/yosys.h"
#include "sw/codebook/structure.h"

namespace vqrom::codebook {
namespace {

namespace fs = std::filesystem;

constexpr int kYosysAtOnce = 2;

// Weights of the address bits, lowest first. Yosys builds a ROM as a tree of multiplexers with the
// lowest address bit at the leaves; what is alike within 8 or 16 addresses makes its branches
// small.
constexpr std::array<std::array<double, 4>, 3> kWeights = {
    {{1, 1, 1, 1}, {1, 1, 1, 0.7}, {1, 1, 1, 0}}};

constexpr std::string_view kTransistors = "Estimated number of transistors:";
constexpr std::string_view kChipArea = "Chip area for module '\\rom':";

// As gen/synth maps; `stat -tech cmos` adds up the transistors of simple gates.
std::string script_of(bool with_liberty) {
  return fmt::format(
      "read_verilog rom.v\nsynth -top rom\n{}opt_clean\ntee -q -o stat.txt stat {}\n",
      with_liberty ? base::kAbcLiberty : base::kAbcGates,
      with_liberty ? "-liberty cells.lib" : "-tech cmos");
}

// The number behind `label` in what `stat` wrote.
double number_behind(std::string_view label, const std::string& stat) {
  const std::size_t at = stat.find(label);
  VQROM_CHECK(at != std::string::npos, "Yosys' stat has no line '{}'", label);
  return std::strtod(stat.c_str() + at + label.size(), nullptr);
}

int address_bits_of(std::size_t words) {
  return std::max(1, base::ceil_log2(static_cast<std::uint64_t>(words)));
}

int word_bits_of(const Codebook& codebook) {
  return codebook.dimension * (codebook.structure == Structure::kTable
                                   ? codebook.element_bits
                                   : level_bits(codebook.structure, codebook.element_bits));
}

std::string rom_verilog(std::span<const RomWord> words, int word_bits, std::span<const int> order) {
  const int address_bits = address_bits_of(words.size());
  std::string text = fmt::format(
      "module rom (input wire [{}:0] address, output reg [{}:0] word);\n"
      "  always @* case (address)\n",
      address_bits - 1, word_bits - 1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    text += fmt::format(
        "    {}'d{}: word = {}'b{};\n", address_bits, i, word_bits,
        words[order[i]].to_string().substr(static_cast<std::size_t>(kWidestWord - word_bits)));
  }
  return text + fmt::format("    default: word = {}'b0;\n  endcase\nendmodule\n", word_bits);
}

// Tour, then annealed orders by rows of kWeights and rising seeds.
std::vector<int> make_order(std::span<const RomWord> words, int number, std::uint64_t seed) {
  if (number == 0) return gray_tour(words, 0);
  const auto at = static_cast<std::size_t>(number - 1);
  return annealed(words, kWeights[at % kWeights.size()], seed + at / kWeights.size());
}

}  // namespace

double rom_area(std::span<const RomWord> words, int word_bits, std::span<const int> order,
                const fs::path& liberty) {
  const std::string stat =
      base::run_yosys(script_of(!liberty.empty()),
                      {{"rom.v", rom_verilog(words, word_bits, order)}}, "stat.txt", liberty);
  return liberty.empty() ? number_behind(kTransistors, stat) / base::kTransistorsPerGate
                         : number_behind(kChipArea, stat);
}

OrderSearch search_order(const Codebook& codebook, int tries, std::uint64_t seed,
                         const fs::path& liberty) {
  const std::vector<RomWord> words = rom_words(codebook);
  OrderSearch search;
  if (codebook.rom_bits() > kLargestTriedRom) {
    search.order = make_order(words, 1, seed);
    return search;
  }
  std::vector<std::vector<int>> orders(static_cast<std::size_t>(tries) + 1);
  std::vector<double> areas(orders.size());
  orders.front().resize(words.size());
  std::iota(orders.front().begin(), orders.front().end(), 0);
  base::Progress progress("trying orders in Yosys", std::ssize(orders));
  const base::ThreadLimit limit(kYosysAtOnce);
  base::parallel_for(std::ssize(orders), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      std::vector<int>& order = orders[static_cast<std::size_t>(i)];
      if (i > 0) order = make_order(words, static_cast<int>(i - 1), seed);
      areas[static_cast<std::size_t>(i)] = rom_area(words, word_bits_of(codebook), order, liberty);
      progress.advance();
    }
  });
  const auto best = std::ranges::min_element(areas) - areas.begin();
  search.order = std::move(orders[static_cast<std::size_t>(best)]);
  search.area_given = areas.front();
  search.area = areas[static_cast<std::size_t>(best)];
  search.tried = static_cast<int>(orders.size());
  return search;
}

}  // namespace vqrom::codebook
