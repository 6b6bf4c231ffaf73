// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/stores.h"

#include <algorithm>

#include "sw/base/checked.h"
#include "sw/base/embedded.h"
#include "sw/base/error.h"
#include "sw/codebook/structure.h"

namespace vqrom::embedded {
std::span<const base::EmbeddedFile> register_codebook_files();
}

namespace vqrom::synth {
namespace {

using config::Structure;

// The largest power of two of entries whose words fit in `bits`; at least 2.
int entries_within(std::int64_t bits, int word_bits) {
  int entries = 2;
  while (std::int64_t{2} * entries * word_bits <= bits) entries *= 2;
  return entries;
}

Area scaled(const Area& area, double factor) {
  const auto whole = [&](std::int64_t value) {
    return static_cast<std::int64_t>(static_cast<double>(value) * factor + 0.5);
  };
  return {.cells = whole(area.cells),
          .flip_flops = whole(area.flip_flops),
          .um2 = area.um2 * factor,
          .ge = area.ge * factor,
          .luts = whole(area.luts),
          .carries = whole(area.carries),
          .lut_rams = whole(area.lut_rams),
          .block_rams = whole(area.block_rams),
          .dsps = whole(area.dsps)};
}

int word_bits_of(const config::AcceleratorConfig& config) {
  return config.codebook.dimension * config.codebook.element_bits;
}

}  // namespace

Area Pricing::price(double um2, const MacroFamily& family) const {
  if (!target->liberty) return {.ge = um2 / family.nand2_um2};
  const double ratio = static_cast<double>(node_nm) / family.node_nm;
  const double here = um2 * ratio * ratio;
  return {.um2 = here, .ge = here / target->nand2_um2};
}

std::vector<Design> plan_structured(const config::Manifest& manifest) {
  const config::CodebookConfig& codebook = manifest.config.codebook;
  const Structure structure = codebook.structure.value_or(Structure::kTable);
  if (structure == Structure::kTable) return {};
  const Design join =
      structure == Structure::kLattice
          ? leaf_design(manifest, "vq_lattice", {})
          : leaf_design(manifest, "vq_sign_split",
                        {{"COUNT", codebook.dimension},
                         {"LEVEL_W", codebook::level_bits(structure, codebook.element_bits)}});
  return {rom_design(manifest),
          leaf_design(manifest, "vq_register", {{"WIDTH", codebook.dimension}}), join};
}

StoreArea structured_area(const config::CodebookConfig& codebook, const std::vector<Area>& areas) {
  StoreArea store;
  store.kind = StoreKind::kStructured;
  store.label = std::string(codebook::text_of(codebook.structure.value_or(Structure::kTable)));
  store.exact = true;
  for (const Area& area : areas) store.area += area;
  store.native_ge = store.area.ge;
  store.method =
      fmt::format("ROM of {} words of levels {:.0f} GE, register {:.0f}, signs {:.0f}",
                  codebook.entries >> codebook.dimension, areas[0].ge, areas[1].ge, areas[2].ge);
  return store;
}

RomPlan plan_rom_logic(const config::Manifest& manifest, const Target& target) {
  const config::CodebookConfig& codebook = manifest.config.codebook;
  const int word_bits = word_bits_of(manifest.config);
  RomPlan plan;
  plan.bank_entries = codebook.entries;
  const bool table = codebook.structure.value_or(Structure::kTable) == Structure::kTable;
  if (target.fpga && !table) return plan;
  if (manifest.config.is_banked()) {
    const std::int64_t bank_bits = std::int64_t{manifest.config.bank_rows()} * word_bits;
    if (target.fpga || bank_bits <= kLargestRom) {
      plan.designs = rom_bank_designs(manifest);
      plan.emitted_banks = true;
      return plan;
    }
  }
  // An FPGA's block RAMs take a large table without logic; banks would be made of LUTs.
  if (table && (target.fpga || std::int64_t{codebook.entries} * word_bits <= kLargestRom)) {
    plan.designs.push_back(rom_design(manifest));
    return plan;
  }
  const RomImage image = read_rom_image(manifest);
  plan.bank_entries = std::min(codebook.entries, entries_within(kLargestRom, word_bits));
  plan.banks = static_cast<int>(base::ceil_div(codebook.entries, plan.bank_entries));
  const int samples = std::min(plan.banks, kSampledBanks);
  for (int i = 0; i < samples; ++i) {
    const int first = static_cast<int>(std::int64_t{i} * plan.banks / samples) * plan.bank_entries;
    const int count = std::min(plan.bank_entries, codebook.entries - first);
    plan.designs.push_back(bank_design(image, first, count));
  }
  plan.designs.push_back(bank_select_design(image, plan.banks));
  return plan;
}

StoreArea rom_logic_area(const RomPlan& plan, const std::vector<Area>& areas) {
  VQROM_CHECK(areas.size() == plan.designs.size(), "{} areas", areas.size());
  StoreArea store;
  store.kind = StoreKind::kRomLogic;
  store.label = "ROM in logic";
  store.exact = plan.designs.size() == 1 || plan.emitted_banks;
  if (plan.emitted_banks) {
    for (const Area& area : areas) store.area += area;
    store.method = fmt::format("{} banks, each synthesised whole", areas.size());
  } else if (store.exact) {
    store.area = areas.front();
    store.method = "synthesised whole";
  } else {
    const std::size_t samples = areas.size() - 1;
    Area sum;
    for (std::size_t i = 0; i < samples; ++i) sum += areas[i];
    store.area = scaled(sum, static_cast<double>(plan.banks) / static_cast<double>(samples));
    store.area += areas.back();
    const auto by_ge = [](const Area& a, const Area& b) { return a.ge < b.ge; };
    const auto [least, most] = std::minmax_element(areas.begin(), areas.end() - 1, by_ge);
    store.method = fmt::format(
        "{} of {} banks of {} words synthesised ({:.0f} to {:.0f} GE each), their mean taken for "
        "all, plus the selection; an upper bound, for banks share no logic",
        samples, plan.banks, plan.bank_entries, least->ge, most->ge);
  }
  store.native_ge = store.area.ge;
  return store;
}

RegisterPlan plan_registers(const config::AcceleratorConfig& config) {
  const int word_bits = word_bits_of(config);
  RegisterPlan plan;
  plan.banks = config.is_banked() ? config.codebook.banks : 1;
  plan.ports = config.is_banked() ? 1 : config.codebook.read_ports;
  const int entries = config.store_words();
  plan.wanted_bits = std::int64_t{entries} * word_bits;
  plan.entries = plan.wanted_bits <= kLargestRegisters
                     ? entries
                     : std::min(entries, entries_within(kLargestRegisters, word_bits));
  plan.synthesised_bits = std::int64_t{plan.entries} * word_bits;
  const std::span<const base::EmbeddedFile> leaves = embedded::register_codebook_files();
  const auto source = [&](std::size_t i) {
    return Source{std::string(leaves[i].name), std::string(leaves[i].text)};
  };
  const int index_bits = std::max(1, base::ceil_log2(static_cast<std::uint64_t>(plan.entries)));
  const std::map<std::string, std::int64_t> shape{
      {"ENTRIES", plan.entries}, {"INDEX_W", index_bits}, {"CODEWORD_W", word_bits}};
  Design store{.top = std::string(kRegisterStore),
               .parameters = shape,
               .sources = {source(0)},
               .black_boxes = {ports_only(source(1))},
               .data = {}};
  // Its read ports are black boxes, so of any number it has the same cells.
  store.parameters["PORTS"] = 1;
  plan.designs = {std::move(store),
                  {.top = std::string(kRegisterPort),
                   .parameters = shape,
                   .sources = {source(1)},
                   .black_boxes = {},
                   .data = {}}};
  return plan;
}

std::vector<Design> plan_memory(const config::Manifest& manifest) {
  const config::AcceleratorConfig& config = manifest.config;
  return {leaf_design(
      manifest, "vq_ram_1r1w",
      {{"WIDTH", word_bits_of(config)},
       {"DEPTH", config.store_words()},
       {"ADDR_W", config.index_bits() - (config.is_banked() ? config.bank_bits() : 0)}})};
}

StoreArea memory_area(const config::AcceleratorConfig& config, const std::vector<Area>& areas) {
  StoreArea store;
  store.kind = StoreKind::kSram;
  store.label = "memory of the FPGA";
  store.copies = config.store_copies();
  store.exact = true;
  store.area = areas.front() * config.store_instances();
  store.method = "vq_ram_1r1w, synthesised whole; loaded by programs";
  return store;
}

bool is_register_part(std::string_view module) {
  return module == kRegisterStore || module == kRegisterPort;
}

Area register_part_area(const RegisterPlan& plan, std::string_view module,
                        const std::vector<Area>& areas) {
  VQROM_CHECK(areas.size() == 2, "{} areas", areas.size());
  return scaled(areas[module == kRegisterStore ? 0 : 1],
                static_cast<double>(plan.wanted_bits) / static_cast<double>(plan.synthesised_bits));
}

StoreArea registers_area(const RegisterPlan& plan, const std::vector<Area>& areas) {
  StoreArea store;
  store.kind = StoreKind::kRegisters;
  store.label = "registers";
  store.exact = plan.synthesised_bits == plan.wanted_bits;
  store.area = register_part_area(plan, kRegisterPort, areas) * plan.ports;
  store.area += register_part_area(plan, kRegisterStore, areas);
  const double ge_per_bit = store.area.ge / static_cast<double>(plan.wanted_bits);
  store.area = store.area * plan.banks;
  store.native_ge = store.area.ge;
  const std::string ports = plan.banks > 1 ? fmt::format(", {} banks", plan.banks)
                            : plan.ports == 1
                                ? ""
                                : fmt::format(", flip-flops shared by {} read ports", plan.ports);
  store.method = store.exact ? "synthesised whole" + ports
                             : fmt::format("{:.2f} GE a bit, synthesised with {} words ({} bits){}",
                                           ge_per_bit, plan.entries, plan.synthesised_bits, ports);
  return store;
}

std::vector<StoreArea> macro_stores(const MemoryModel& model, const Pricing& pricing,
                                    const config::AcceleratorConfig& config) {
  const std::int64_t words = config.store_words();
  const std::int64_t bits = word_bits_of(config);
  std::vector<StoreArea> stores;
  const auto add = [&](StoreKind kind, const std::string& label, const MacroPlan& plan,
                       const MacroFamily& family, const std::string& method,
                       const std::string& citation) {
    StoreArea store;
    store.kind = kind;
    store.label = label;
    store.copies = config.store_copies();
    store.area = pricing.price(plan.um2, family) * config.store_instances();
    store.native_ge = config.store_instances() * plan.um2 / family.nand2_um2;
    store.method =
        fmt::format("{}{} of {} x {} bits at {} nm{}",
                    config.is_banked() ? fmt::format("{} banks, each ", config.codebook.banks) : "",
                    plan.count, plan.words, plan.bits, family.node_nm, method);
    store.citation = citation;
    stores.push_back(std::move(store));
  };
  const MacroFamily& rom_family = model.sram[model.rom.family];
  add(StoreKind::kRomMacro, model.rom.label, plan_rom(model, words, bits), rom_family,
      ", ROM cells in the SRAM macro's periphery", model.rom.citation);
  MacroPlan published = plan_sram(rom_family, words, bits);
  const double gain = published_gain(model.rom, published.words * published.bits);
  published.um2 /= gain;
  add(StoreKind::kRomMacro, model.rom.label + ", published gain", published, rom_family,
      fmt::format(", the SRAM macro's area / {:.2f}", gain), model.rom.published_citation);
  for (const MacroFamily& family : model.sram) {
    add(StoreKind::kSram, family.label, plan_sram(family, words, bits), family, "",
        family.citation);
  }
  return stores;
}

}  // namespace vqrom::synth
