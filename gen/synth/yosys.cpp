// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/yosys.h"

#include <algorithm>
#include <optional>

#include "gen/synth/fpga.h"
#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/process.h"
#include "sw/base/sha256.h"

namespace vqrom::synth {
namespace fs = std::filesystem;
namespace {

using base::Json;

// Of the generic target: without enable, with and without reset.
constexpr std::string_view kGenericFlipFlops =
    "dfflegalize -cell $_DFF_P_ 01 -cell $_DFF_PN0_ 01 -cell $_DFF_PN1_ 01\n";
constexpr const char* kStat = "tee -q -o stat.json stat -json\n";
constexpr std::string_view kLibertyFlipFlops = "dfflibmap -liberty cells.lib\n";

std::string script_of(const Design& design, const Target& target) {
  std::string script;
  for (const Source& box : design.black_boxes) script += "read_verilog -lib " + box.name + "\n";
  for (const Source& source : design.sources) script += "read_verilog " + source.name + "\n";
  script += "hierarchy -check -top " + design.top;
  for (const auto& [name, value] : design.parameters) {
    script += fmt::format(" -chparam {} {}", name, value);
  }
  script += '\n';
  if (target.fpga) return script + synthesis_command(*target.fpga, design.top) + kStat;
  script += fmt::format("synth -top {}\n", design.top);
  return script + mapping_script(target) + "opt_clean\n" + kStat;
}

// Lines keep their numbers. Emitted files tell in a comment which configuration they are of: many
// are equal otherwise.
std::string without_comments(std::string_view verilog) {
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < verilog.size(); ++i) {
    if (verilog[i] == '"') quoted = !quoted;
    if (!quoted && verilog.substr(i, 2) == "//")
      i = std::min(verilog.find('\n', i), verilog.size());
    if (i < verilog.size()) text += verilog[i];
  }
  return text;
}

std::vector<Source> files_of(const Design& design) {
  std::vector<Source> files;
  for (const std::vector<Source>* verilog : {&design.black_boxes, &design.sources}) {
    for (const Source& file : *verilog) files.push_back({file.name, without_comments(file.text)});
  }
  files.insert(files.end(), design.data.begin(), design.data.end());
  return files;
}

// One module a file, named after it.
std::set<std::string> module_names(const std::vector<Source>& files) {
  std::set<std::string> names;
  for (const Source& file : files) names.insert(fs::path(file.name).stem());
  return names;
}

std::optional<CellCounts> read_cached(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  try {
    const Json json = base::read_json(path);
    CellCounts cells;
    for (const auto& [type, count] : json.at("cells").items()) {
      cells[type] = count.get<std::int64_t>();
    }
    return cells;
  } catch (const base::UserError&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;  // damaged: made again
  }
}

}  // namespace

Source ports_only(Source source) {
  constexpr std::string_view kEnd = ");\n";
  const std::size_t begin =
      source.text.find(fmt::format("module {}", fs::path(source.name).stem().string()));
  const std::size_t end = source.text.find(kEnd, begin);
  if (begin == std::string::npos || end == std::string::npos) return source;
  source.text.resize(end + kEnd.size());
  source.text += "endmodule\n`default_nettype wire\n";
  return source;
}

std::string mapping_script(const Target& target) {
  return target.liberty ? fmt::format("{}{}", kLibertyFlipFlops, base::kAbcLiberty)
                        : fmt::format("{}{}", kGenericFlipFlops, base::kAbcGates);
}

CellCounts parse_stat(std::string_view text) {
  const Json json = base::parse_json(text, "yosys stat");
  CellCounts cells;
  try {
    for (const auto& [type, count] : json.at("design").at("num_cells_by_type").items()) {
      cells[type] = count.get<std::int64_t>();
    }
  } catch (const Json::exception&) {
    throw base::UserError("area.yosys", "yosys",
                          "`stat -json` has no design.num_cells_by_type with numbers; Yosys 0.23 "
                          "is the version this was written for");
  }
  return cells;
}

Yosys::Yosys(Target target, fs::path cache) : target_(std::move(target)), cache_(std::move(cache)) {
  version_ = base::run_tool_checked(base::kYosys, {"-V"}, fs::temp_directory_path());
  while (!version_.empty() && version_.back() == '\n') version_.pop_back();
  std::error_code error;
  fs::create_directories(cache_, error);
  if (error) throw base::UserError("file.write", cache_.string(), error.message());
}

std::string Yosys::key(const Design& design) const {
  std::string text =
      fmt::format("{}\n{}\n{}", version_, target_.sha256, script_of(design, target_));
  for (const Source& file : files_of(design)) {
    text += fmt::format("{} {}\n", file.name, base::sha256_hex(file.text));
  }
  return base::sha256_hex(text);
}

fs::path Yosys::cache_path(const Design& design) const {
  return cache_ / (key(design) + ".json");
}

bool Yosys::is_cached(const Design& design) const {
  return fs::exists(cache_path(design));
}

CellCounts Yosys::run(const Design& design) const {
  return parse_stat(
      run_yosys(script_of(design, target_), files_of(design), "stat.json", target_.path));
}

Area Yosys::synthesise(const Design& design) const {
  const fs::path path = cache_path(design);
  std::optional<CellCounts> cells = read_cached(path);
  if (!cells) {
    cells = run(design);
    base::write_json(path, {{"module", design.top}, {"cells", *cells}});
  }
  return measure(target_, *cells, module_names(design.black_boxes), design.top);
}

}  // namespace vqrom::synth
