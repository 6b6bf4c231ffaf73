// SPDX-License-Identifier: Apache-2.0
// yosys — synthesises one module with parameters, its children as black boxes, and remembers it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gen/synth/target.h"
#include "sw/base/json.h"
#include "sw/base/yosys.h"

namespace vqrom::synth {

using base::run_yosys;
using Source = base::SourceFile;

// What is synthesised. Every file is given whole, so the result depends on nothing else.
struct Design {
  std::string top;
  std::map<std::string, std::int64_t> parameters;
  std::vector<Source> sources;
  std::vector<Source> black_boxes;  // modules of which only the ports are read
  std::vector<Source> data;         // files that the sources name
  std::int64_t rom_bits = 0;        // contents of a ROM; tells only how long it takes
};

// A module as a black box: its parameters and ports alone, so that a parent is synthesised once
// whatever stands inside of its children. Whole if its text is not as ours.
[[nodiscard]] Source ports_only(Source source);

class Yosys {
 public:
  // Asks Yosys for its version. `cache` is where results are kept. Errors: tool.missing.
  Yosys(Target target, std::filesystem::path cache);

  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] const std::string& version() const { return version_; }

  // The mapped cells of the top alone. A result is kept under the hash of all that it depends on
  // (files, script, library, version) and is taken from there the next time. May be called from
  // several threads. Errors: tool.failed, area.unmapped.
  [[nodiscard]] Area synthesise(const Design& design) const;

  // Of all that the area of a design depends on: a hash.
  [[nodiscard]] std::string key(const Design& design) const;

  // True if the result is there already.
  [[nodiscard]] bool is_cached(const Design& design) const;

 private:
  [[nodiscard]] std::filesystem::path cache_path(const Design& design) const;
  [[nodiscard]] CellCounts run(const Design& design) const;

  Target target_;
  std::filesystem::path cache_;
  std::string version_;
};

// The commands after `synth` that map to the cells of a target other than an FPGA, which
// `cells.lib` names.
[[nodiscard]] std::string mapping_script(const Target& target);

// The cells of a one-module design as `stat -json` counts them. Errors: area.yosys.
[[nodiscard]] CellCounts parse_stat(std::string_view text);

}  // namespace vqrom::synth
