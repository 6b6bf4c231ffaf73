// SPDX-License-Identifier: Apache-2.0
// area_report — an AreaReport as area.json and as text.
#include <cmath>

#include "gen/synth/area.h"
#include "gen/synth/fpga.h"

namespace vqrom::synth {
namespace {

using base::Json;

// Generic gates have no µm², FPGAs no gates either.
Json um2_json(const AreaReport& report, double um2) {
  return report.target.liberty ? Json(rounded(um2)) : Json();
}

Json ge_json(const AreaReport& report, double ge) {
  return report.target.fpga ? Json() : Json(rounded(ge));
}

void add_fpga_counts(Json& json, const AreaReport& report, const Area& area) {
  if (!report.target.fpga) return;
  json["luts"] = area.luts;
  json["carries"] = area.carries;
  json["lut_rams"] = area.lut_rams;
  json["block_rams"] = area.block_rams;
  json["dsps"] = area.dsps;
}

Json area_json(const AreaReport& report, const Area& area) {
  Json json = {{"cells", area.cells},
               {"flip_flops", area.flip_flops},
               {"um2", um2_json(report, area.um2)},
               {"ge", ge_json(report, area.ge)}};
  add_fpga_counts(json, report, area);
  return json;
}

Json target_json(const AreaReport& report) {
  const Target& target = report.target;
  if (target.fpga) {
    return {{"kind", "fpga"},
            {"name", target.name()},
            {"block_ram_bits", block_ram_bits(*target.fpga)}};
  }
  if (!target.liberty) return {{"kind", "generic"}, {"name", target.name()}};
  return {{"kind", "liberty"},
          {"name", target.name()},
          {"file", target.path.filename().string()},
          {"sha256", target.sha256},
          {"node_nm", report.node_nm},
          {"nand2", target.nand2},
          {"nand2_um2", target.nand2_um2}};
}

Json modules_json(const AreaReport& report) {
  Json list = Json::array();
  for (const ModuleArea& module : report.modules) {
    Json entry = {{"name", module.name},
                  {"parameters", module.parameters},
                  {"kind", text_of(module.kind)},
                  {"instances", module.instances}};
    entry.update(area_json(report, module.one));
    if (!module.method.empty()) entry["method"] = module.method;
    list.push_back(std::move(entry));
  }
  return list;
}

Json blocks_json(const AreaReport& report) {
  Json list = Json::array();
  for (const BlockArea& block : report.blocks) {
    Json entry = {{"name", block.name}, {"kind", text_of(block.kind)}};
    if (block.kind != PartKind::kLogic) {
      entry["instances"] = block.instances;
      entry["bits"] = block.bits;
    }
    entry.update(area_json(report, block.area));
    list.push_back(std::move(entry));
  }
  return list;
}

Json stores_json(const AreaReport& report, std::int64_t bits) {
  Json list = Json::array();
  for (const StoreArea& store : report.stores) {
    Json entry = {{"kind", text_of(store.kind)},
                  {"label", store.label},
                  {"bits", bits},
                  {"copies", store.copies},
                  {"exact", store.exact},
                  {"um2", um2_json(report, store.area.um2)},
                  {"ge", ge_json(report, store.area.ge)},
                  {"native_ge", ge_json(report, store.native_ge)},
                  {"relative", report.target.fpga
                                   ? Json()
                                   : Json(rounded(store.area.ge / report.stores.front().area.ge))},
                  {"method", store.method}};
    if (report.target.fpga) entry["flip_flops"] = store.area.flip_flops;
    add_fpga_counts(entry, report, store.area);
    if (!store.citation.empty()) entry["citation"] = store.citation;
    list.push_back(std::move(entry));
  }
  return list;
}

Json model_json(const AreaReport& report) {
  Json families = Json::array();
  for (const MacroFamily& family : report.model.sram) {
    families.push_back({{"name", family.name},
                        {"label", family.label},
                        {"node_nm", family.node_nm},
                        {"macros", family.macros.size()},
                        {"coefficients", family.coefficients},
                        {"worst_error", family.worst_error},
                        {"rms_error", family.rms_error},
                        {"citation", family.citation}});
  }
  return {{"families", families}, {"scaling", scaling_note(report)}};
}

std::string with_commas(double value) {
  std::string digits = fmt::format("{:.0f}", value);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string um2_text(const AreaReport& report, double um2) {
  return report.target.liberty ? with_commas(um2) : "";
}

std::int64_t codebook_bits(const AreaReport& report) {
  const config::CodebookConfig& codebook = report.manifest.config.codebook;
  return std::int64_t{codebook.entries} * codebook.dimension * codebook.element_bits;
}

std::string blocks_text(const AreaReport& report) {
  std::string text = fmt::format("{:<20} {:<7} {:>5} {:>10} {:>12} {:>10} {:>8}  {:>5}\n", "block",
                                 "kind", "count", "cells", "µm²", "GE", "FF", "share");
  const auto line = [&](const std::string& name, const char* kind, std::int64_t count,
                        const Area& area) {
    text +=
        fmt::format("{:<20} {:<7} {:>5} {:>10} {:>12} {:>10} {:>8}  {:>4.1f}%\n", name, kind, count,
                    with_commas(static_cast<double>(area.cells)), um2_text(report, area.um2),
                    with_commas(area.ge), with_commas(static_cast<double>(area.flip_flops)),
                    100.0 * area.ge / report.total.ge);
  };
  for (const BlockArea& block : report.blocks) {
    line(block.name, text_of(block.kind), block.instances, block.area);
  }
  line("total", "", 1, report.total);
  return text + "\n";
}

std::string stores_text(const AreaReport& report) {
  const double bits = static_cast<double>(codebook_bits(report));
  std::string text = fmt::format("{:<26} {:>6} {:>12} {:>10} {:>8} {:>9}  {}\n", "codebook store",
                                 "copies", "µm²", "GE", "GE/bit", "relative", "how");
  for (const StoreArea& store : report.stores) {
    text += fmt::format("{:<26} {:>6} {:>12} {:>10} {:>8.3f} {:>8.2f}x  {}\n", store.label,
                        store.copies, um2_text(report, store.area.um2), with_commas(store.area.ge),
                        store.area.ge / (bits * store.copies),
                        store.area.ge / report.stores.front().area.ge, store.method);
  }
  return text;
}

}  // namespace

const char* text_of(PartKind kind) {
  switch (kind) {
    case PartKind::kLogic:
      return "logic";
    case PartKind::kRom:
      return "rom";
    case PartKind::kMemory:
      return "memory";
  }
  return "";
}

const char* text_of(StoreKind kind) {
  switch (kind) {
    case StoreKind::kStructured:
      return "structured";
    case StoreKind::kRomLogic:
      return "rom_logic";
    case StoreKind::kRomMacro:
      return "rom_macro";
    case StoreKind::kRegisters:
      return "registers";
    case StoreKind::kSram:
      return "sram";
  }
  return "";
}

std::string scaling_note(const AreaReport& report) {
  if (report.target.fpga) return "none: memories are the FPGA's own";
  if (!report.target.liberty) {
    return "generic gates have no area: macros are counted in NAND2s of their own technology";
  }
  std::map<int, std::string> families;  // by node
  for (const MacroFamily& family : report.model.sram) {
    std::string& names = families[family.node_nm];
    names += (names.empty() ? "" : ", ") + family.name;
  }
  std::string note;
  for (const auto& [node, names] : families) {
    if (node == report.node_nm) continue;
    const double ratio = static_cast<double>(report.node_nm) / node;
    note += fmt::format(
        "{}macros of {} nm ({}) multiplied by ({}/{})^2 = {:.3f}: a scaling, not a "
        "measurement",
        note.empty() ? "" : "; ", node, names, report.node_nm, node, ratio * ratio);
  }
  return note.empty() ? "none: macros and cells are of the same node" : note;
}

double rounded(double area) {
  return std::round(area * 100.0) / 100.0;
}

Json to_json(const AreaReport& report) {
  const config::AcceleratorConfig& config = report.manifest.config;
  return {{"format", "vqrom-area-1"},
          {"generator", report.manifest.json.value("generator", Json(""))},
          {"config", config::to_json(config)},
          {"codebook_sha256", report.manifest.codebook_sha256},
          {"yosys", report.yosys_version},
          {"target", target_json(report)},
          {"modules", modules_json(report)},
          {"blocks", blocks_json(report)},
          {"total", area_json(report, report.total)},
          {"decode", area_json(report, report.decode)},
          {"stores", stores_json(report, codebook_bits(report))},
          {"memory_model", model_json(report)}};
}

std::string to_text(const AreaReport& report) {
  const config::AcceleratorConfig& config = report.manifest.config;
  std::string text = fmt::format(
      "{}: {} x {} array, codebook {} x {} x {} bits, {} read port{}; {}", config.name,
      config.array.rows, config.array.columns, config.codebook.entries, config.codebook.dimension,
      config.codebook.element_bits, config.codebook.read_ports,
      config.codebook.read_ports == 1 ? "" : "s", report.target.name());
  if (report.target.liberty) {
    text += fmt::format(", 1 GE = {} = {} µm²", report.target.nand2, report.target.nand2_um2);
  }
  text += "\n\n";
  if (report.target.fpga) return text + fpga_tables(report);
  if (!report.blocks.empty()) text += blocks_text(report);
  text += stores_text(report) + "\n";
  for (const MacroFamily& family : report.model.sram) {
    text +=
        fmt::format("{}: fitted to {} macros, error at most {:.1f}%, rms {:.1f}%\n", family.name,
                    family.macros.size(), 100.0 * family.worst_error, 100.0 * family.rms_error);
  }
  return text + "scaling: " + scaling_note(report) + "\n";
}

}  // namespace vqrom::synth
