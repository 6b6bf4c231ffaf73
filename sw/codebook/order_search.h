// SPDX-License-Identifier: Apache-2.0
// order_search — tries several orders of a ROM's words in Yosys and keeps the smallest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "sw/codebook/order.h"

namespace vqrom::codebook {

// ROMs of more bits are not synthesised: 10 s and more each. Their order is the first annealed one.
inline constexpr std::int64_t kLargestTriedRom = 131072;

struct OrderSearch {
  std::vector<int> order;   // word of the given codebook at each address
  double area_given = 0.0;  // of the ROM's logic, without a register; 0 if it was not synthesised
  double area = 0.0;        // the same, in the new order
  int tried = 0;            // orders that were synthesised, the given one included
};

// `tries` orders besides the given one: a tour in Gray code, then annealed ones with different
// weights and seeds. The result is never larger than the given order. Runs two Yosys at once, shows
// progress, may be interrupted. Errors: as rom_area.
[[nodiscard]] OrderSearch search_order(const Codebook& codebook, int tries, std::uint64_t seed,
                                       const std::filesystem::path& liberty);

// The table `words` in this order as logic: µm² with a Liberty file, without one (empty path) gate
// equivalents (4 transistors of static CMOS) of simple gates, multiplexers and and-or-inverts.
// Errors: file.missing, tool.missing, tool.failed.
[[nodiscard]] double rom_area(std::span<const RomWord> words, int word_bits,
                              std::span<const int> order, const std::filesystem::path& liberty);

}  // namespace vqrom::codebook
