// SPDX-License-Identifier: Apache-2.0
// liberty — the little that area needs from a Liberty file: cells, areas, flip-flops, the NAND2.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vqrom::synth {

struct LibertyCell {
  double area_um2 = 0.0;
  bool storage = false;             // a flip-flop or latch
  std::vector<std::string> inputs;  // pins, in the file's order
  std::vector<std::string> outputs;
  std::string function;  // of the last output pin that has one
};

struct Liberty {
  std::string library;  // its name, for example osu018_stdcells
  std::map<std::string, LibertyCell, std::less<>> cells;
};

// Reads the text of a Liberty file (Liberty User Guide, group and attribute statements); `place` is
// its name in messages. Errors: liberty.format.
[[nodiscard]] Liberty parse_liberty(std::string_view text, std::string_view place);
// Errors: file.*, liberty.format.
[[nodiscard]] Liberty read_liberty(const std::filesystem::path& path);

// The text of a library, which may be compressed by gzip and may come in several files (ASAP7 has
// one a kind of cell): the first one's with the cells of the others added. Errors: file.*,
// liberty.format (damaged, or a file without cells).
[[nodiscard]] std::string merged_liberty(const std::vector<std::filesystem::path>& paths);

// The smallest cell that computes NAND of two inputs: one gate equivalent. Errors: liberty.nand2.
[[nodiscard]] std::string find_nand2(const Liberty& liberty, std::string_view place);

}  // namespace vqrom::synth
