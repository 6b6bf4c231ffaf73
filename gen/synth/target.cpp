// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/target.h"

#include "gen/synth/fpga.h"
#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/sha256.h"
#include "sw/base/yosys.h"

namespace vqrom::synth {
namespace {

constexpr const char* kDefaultLiberty = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
constexpr const char* kDefaultPackage = "qflow-tech-osu018";

// Yosys 0.23, passes/cmds/stat.cc; asynchronous reset adds the two gates that force both latches.
const std::map<std::string, int, std::less<>> kTransistors = {
    {"$_NOT_", 2},  {"$_NAND_", 4},   {"$_NOR_", 4},      {"$_XOR_", 12},     {"$_XNOR_", 12},
    {"$_MUX_", 12}, {"$_AOI3_", 6},   {"$_OAI3_", 6},     {"$_AOI4_", 8},     {"$_OAI4_", 8},
    {"$_BUF_", 4},  {"$_DFF_P_", 16}, {"$_DFF_PN0_", 20}, {"$_DFF_PN1_", 20},
};

}  // namespace

Area& Area::operator+=(const Area& other) {
  cells += other.cells;
  flip_flops += other.flip_flops;
  um2 += other.um2;
  ge += other.ge;
  luts += other.luts;
  carries += other.carries;
  lut_rams += other.lut_rams;
  block_rams += other.block_rams;
  dsps += other.dsps;
  return *this;
}

Area operator*(Area area, std::int64_t times) {
  area.cells *= times;
  area.flip_flops *= times;
  area.um2 *= static_cast<double>(times);
  area.ge *= static_cast<double>(times);
  area.luts *= times;
  area.carries *= times;
  area.lut_rams *= times;
  area.block_rams *= times;
  area.dsps *= times;
  return area;
}

Area operator/(Area area, std::int64_t parts) {
  area.cells /= parts;
  area.flip_flops /= parts;
  area.um2 /= static_cast<double>(parts);
  area.ge /= static_cast<double>(parts);
  area.luts /= parts;
  area.carries /= parts;
  area.lut_rams /= parts;
  area.block_rams /= parts;
  area.dsps /= parts;
  return area;
}

std::string Target::name() const {
  if (fpga) return std::string(text_of(*fpga));
  return liberty ? liberty->library : "generic";
}

Target generic_target() {
  return {};
}

Target liberty_target(const std::filesystem::path& path) {
  const std::string text = base::read_file(path);
  Target target;
  target.liberty = parse_liberty(text, path.string());
  target.path = std::filesystem::absolute(path);
  target.sha256 = base::sha256_hex(text);
  target.nand2 = find_nand2(*target.liberty, path.string());
  target.nand2_um2 = target.liberty->cells.at(target.nand2).area_um2;
  return target;
}

Target liberty_target(const std::vector<std::filesystem::path>& paths,
                      const std::filesystem::path& cache) {
  if (paths.size() == 1 && paths.front().extension() != ".gz") return liberty_target(paths.front());
  const std::string text = merged_liberty(paths);
  std::filesystem::create_directories(cache);
  const std::filesystem::path path = cache / (base::sha256_hex(text) + ".lib");
  if (!std::filesystem::exists(path)) base::write_file(path, text);
  return liberty_target(path);
}

Target default_target() {
  if (!std::filesystem::exists(kDefaultLiberty)) {
    throw base::UserError("tool.missing", kDefaultLiberty,
                          fmt::format("the default cell library is not there; install the Debian "
                                      "package '{}' (scripts/setup installs all), or name a file "
                                      "with --liberty",
                                      kDefaultPackage));
  }
  return liberty_target(kDefaultLiberty);
}

Area measure(const Target& target, const CellCounts& cells, const std::set<std::string>& children,
             std::string_view module) {
  if (target.fpga) return measure_fpga(*target.fpga, cells, children, module);
  Area area;
  for (const auto& [type, count] : cells) {
    if (children.contains(type)) continue;
    Area one{.cells = 1};
    if (target.liberty) {
      const auto found = target.liberty->cells.find(type);
      if (found == target.liberty->cells.end()) {
        throw base::UserError("area.unmapped", std::string(module),
                              fmt::format("{} has no cell for {} of Yosys' {}; name a library "
                                          "that has it",
                                          target.name(), count, type));
      }
      one.flip_flops = found->second.storage ? 1 : 0;
      one.um2 = found->second.area_um2;
      one.ge = one.um2 / target.nand2_um2;
    } else {
      const auto found = kTransistors.find(type);
      VQROM_CHECK(found != kTransistors.end(), "{} in {}: not a gate asked for", type, module);
      one.flip_flops = type.starts_with("$_DFF") ? 1 : 0;
      one.ge = found->second / base::kTransistorsPerGate;
    }
    area += one * count;
  }
  return area;
}

}  // namespace vqrom::synth
