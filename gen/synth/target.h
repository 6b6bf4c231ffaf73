// SPDX-License-Identifier: Apache-2.0
// target — what Yosys maps to: generic gates, a Liberty file or an FPGA, and what each cell costs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gen/synth/liberty.h"

namespace vqrom::synth {

// Cells of a synthesised module by type.
using CellCounts = std::map<std::string, std::int64_t, std::less<>>;

struct Area {
  std::int64_t cells = 0;
  std::int64_t flip_flops = 0;  // storage cells of one bit each
  double um2 = 0.0;             // 0 with generic gates and FPGAs
  double ge = 0.0;              // gate equivalents: two-input NANDs; 0 with FPGAs
  // Of FPGAs; fpga.h says what counts as one.
  std::int64_t luts = 0;
  std::int64_t carries = 0;
  std::int64_t lut_rams = 0;  // cells of distributed memory
  std::int64_t block_rams = 0;
  std::int64_t dsps = 0;

  Area& operator+=(const Area& other);
  friend Area operator*(Area area, std::int64_t times);
  friend Area operator/(Area area, std::int64_t parts);  // counts round down
};

enum class Fpga { kIce40, kEcp5, kXilinx7 };

// Generic gates have no area of their own: a gate equivalent is 4 transistors (a two-input NAND),
// counted by Yosys' own table for static CMOS (`stat -tech cmos`).
struct Target {
  std::optional<Fpga> fpga;
  std::optional<Liberty> liberty;  // none, and no FPGA: generic gates
  std::filesystem::path path;      // of the Liberty file
  std::string sha256;              // of the Liberty file
  std::string nand2;               // its two-input NAND, one gate equivalent
  double nand2_um2 = 0.0;

  [[nodiscard]] std::string name() const;
};

[[nodiscard]] Target generic_target();
// Errors: file.*, liberty.format, liberty.nand2.
[[nodiscard]] Target liberty_target(const std::filesystem::path& path);
// A library that is compressed or in several files: its text is kept in `cache`, where Yosys reads
// it. Errors: as above.
[[nodiscard]] Target liberty_target(const std::vector<std::filesystem::path>& paths,
                                    const std::filesystem::path& cache);
// OSU 0.18 µm of Debian's qflow-tech-osu018. Errors: tool.missing naming the package.
[[nodiscard]] Target default_target();

// Adds up a module's own cells; types in `children` are its black boxes and cost nothing here.
// Errors: area.unmapped for a cell that the target does not have.
[[nodiscard]] Area measure(const Target& target, const CellCounts& cells,
                           const std::set<std::string>& children, std::string_view module);

}  // namespace vqrom::synth
