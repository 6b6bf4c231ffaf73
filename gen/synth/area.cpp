// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/area.h"

#include <algorithm>
#include <optional>
#include <set>

#include "gen/synth/hierarchy.h"
#include "sw/base/error.h"
#include "sw/base/file.h"

namespace vqrom::synth {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMemoryPrefix = "vq_ram_";
constexpr std::string_view kDecodeModule = "vq_decode";

struct Sources {
  std::map<std::string, Source> files;  // by module, which is the file's stem
  std::set<std::string> roms;           // the ROM's module, or its banks'
};

Sources read_sources(const config::Manifest& manifest) {
  Sources sources;
  for (const config::ManifestFile& file : manifest.files) {
    if (file.path.extension() != ".v") continue;
    const std::string module = file.path.stem();
    sources.files[module] = {file.path.filename(), base::read_file(file.path)};
    if (file.role != config::FileRole::kRom) continue;
    sources.roms.insert(module);
  }
  return sources;
}

Hierarchy elaborate_bundle(const config::Manifest& manifest, const Sources& sources) {
  std::vector<Source> plain;
  std::vector<Source> boxes;
  for (const auto& [module, source] : sources.files) {
    if (sources.roms.contains(module)) {
      boxes.push_back(ports_only(source));
    } else {
      plain.push_back(source);
    }
  }
  return elaborate(manifest.top, plain, boxes);
}

PartKind kind_of(const HierarchyModule& module, const Sources& sources) {
  if (sources.roms.contains(module.name)) return PartKind::kRom;
  const bool memory = module.name.starts_with(kMemoryPrefix);
  return memory || is_register_part(module.name) ? PartKind::kMemory : PartKind::kLogic;
}

Design module_design(const Hierarchy& hierarchy, const HierarchyModule& module,
                     const Sources& sources) {
  Design design{.top = module.name,
                .parameters = module.parameters,
                .sources = {},
                .black_boxes = {},
                .data = {}};
  design.sources.push_back(sources.files.at(module.name));
  std::set<std::string> children;
  for (const Instance& child : module.instances) {
    children.insert(hierarchy.modules[child.module].name);
  }
  for (const std::string& child : children) {
    design.black_boxes.push_back(ports_only(sources.files.at(child)));
  }
  return design;
}

// A read port of registers holds none of them.
std::int64_t memory_bits(const ModuleArea& module) {
  if (module.name == kRegisterPort) return 0;
  const auto product = [&](const char* a, const char* b) {
    return module.parameters.at(a) * module.parameters.at(b);
  };
  return module.name == kRegisterStore ? product("ENTRIES", "CODEWORD_W")
                                       : product("WIDTH", "DEPTH");
}

// A memory that reads and writes in one cycle needs two ports: the smallest family that has them.
void price_memory(ModuleArea& module, const MemoryModel& model, const Pricing& pricing) {
  const std::int64_t words = module.parameters.at("DEPTH");
  const std::int64_t bits = module.parameters.at("WIDTH");
  std::optional<Area> best;
  std::string bound;
  for (const MacroFamily& family : model.sram) {
    const MacroPlan plan = plan_sram(family, words, bits);
    const Area area = pricing.price(plan.um2, family);
    if (!family.two_ports) {
      bound += fmt::format(
          "; in single-port {} it would be {:.0f} GE, but that cannot read and "
          "write in one cycle",
          family.name, area.ge);
    } else if (!best || area.ge < best->ge) {
      best = area;
      module.method =
          fmt::format("{} of {} x {} bits of {}", plan.count, plan.words, plan.bits, family.name);
    }
  }
  if (!best) {
    throw base::UserError("area.memory_model", module.name,
                          "reads and writes in one cycle, and no family of the memory model has "
                          "ports 1rw1r");
  }
  module.one = *best;
  module.method += bound;
}

// The manifest counts instances too; both must tell of the same accelerator.
void check_counts(const config::Manifest& manifest, const AreaReport& report) {
  const base::Json& modules = manifest.json.value("modules", base::Json::array());
  std::map<std::string, std::int64_t> listed;
  for (const base::Json& module : modules) {
    if (!module.is_object() || !module.value("name", base::Json()).is_string()) continue;
    const base::Json count = module.value("instances", base::Json());
    if (count.is_number_integer()) listed[module["name"]] += count.get<std::int64_t>();
  }
  for (const auto& [name, count] : listed) {
    std::int64_t found = 0;
    for (const ModuleArea& module : report.modules) {
      if (module.name == name) found += module.instances;
    }
    if (found != count) {
      throw base::UserError(
          "bundle.manifest", (manifest.directory / "manifest.json").string(),
          fmt::format("says {} instances of {}; the Verilog has {}", count, name, found));
    }
  }
}

// Of one instance of a ROM.
std::int64_t rom_bits(const config::AcceleratorConfig& config) {
  return config.is_banked() ? std::int64_t{config.bank_rows()} * config.codeword_bits()
                            : rom_bits_of(config.codebook);
}

void add_block(AreaReport& report, const std::string& name,
               const std::vector<std::int64_t>& counts) {
  std::map<PartKind, BlockArea> parts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const ModuleArea& module = report.modules[i];
    BlockArea& part = parts[module.kind];
    part.area += module.one * counts[i];
    if (module.kind == PartKind::kLogic || module.name == kRegisterPort) continue;
    part.instances = (part.bits == 0 ? 0 : part.instances) + counts[i];
    part.bits += counts[i] * (module.kind == PartKind::kRom ? rom_bits(report.manifest.config)
                                                            : memory_bits(module));
  }
  for (auto& [kind, part] : parts) {
    part.name = name;
    part.kind = kind;
    report.total += part.area;
    report.blocks.push_back(part);
  }
}

void add_blocks(AreaReport& report, const Hierarchy& hierarchy) {
  const HierarchyModule& top = hierarchy.modules[hierarchy.top];
  std::vector<Instance> instances = top.instances;
  std::sort(instances.begin(), instances.end(),
            [](const Instance& a, const Instance& b) { return a.name < b.name; });
  for (const Instance& instance : instances) {
    add_block(report, instance.name, hierarchy.counts(instance.module));
  }
  std::vector<std::int64_t> glue(hierarchy.modules.size(), 0);
  glue[hierarchy.top] = 1;
  add_block(report, top.name, glue);
}

// What is in and below vq_decode, its stores apart.
Area decode_area(const AreaReport& report, const Hierarchy& hierarchy) {
  Area area;
  for (std::size_t root = 0; root < hierarchy.modules.size(); ++root) {
    if (hierarchy.modules[root].name != kDecodeModule) continue;
    const std::vector<std::int64_t> counts = hierarchy.counts(root);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (report.modules[i].kind == PartKind::kLogic) area += report.modules[i].one * counts[i];
    }
  }
  return area;
}

int node_of(const AreaOptions& options) {
  if (!options.target.liberty) return 0;
  if (options.node_nm > 0) return options.node_nm;
  if (const auto node = options.model.node_nm(options.target.name())) return *node;
  throw base::UserError("area.node", options.target.path.string(),
                        fmt::format("the technology node of the library '{}' is not known, and "
                                    "memory macros are scaled to it; give --node-nm",
                                    options.target.name()));
}

// A macro is for chips; on an FPGA the module would be a black box that nothing fills.
void check_target(const config::Manifest& manifest, const Target& target) {
  if (!target.fpga || manifest.config.codebook.storage != config::Storage::kRomMacro) return;
  throw base::UserError(
      "area.store", (manifest.directory / "manifest.json").string(),
      "codebook.storage is rom_macro, a black box, which no FPGA has; generate the bundle with "
      "rom_memory for block RAM or rom_logic for LUTs");
}

AreaReport empty_report(const std::filesystem::path& bundle, const AreaOptions& options) {
  AreaReport report;
  report.manifest = config::read_manifest(bundle);
  check_target(report.manifest, options.target);
  report.target = options.target;
  report.node_nm = node_of(options);
  report.model = options.model;
  return report;
}

}  // namespace

// The bundle's stores and modules, to be synthesised together and then put into the report.
class BundleArea::Parts {
 public:
  Parts(const std::filesystem::path& bundle, const AreaOptions& options)
      : report_(empty_report(bundle, options)),
        scope_(options.scope),
        config_(report_.manifest.config),
        fpga_(options.target.fpga.has_value()),
        pricing_{&report_.target, report_.node_nm} {
    plan_stores();
    if (scope_ == Scope::kWhole) plan_modules();
  }

  [[nodiscard]] Batch& batch() { return batch_; }

  [[nodiscard]] AreaReport report() {
    take_stores();
    take_modules();
    list_stores();
    return report_;
  }

 private:
  void plan_stores() {
    // A bundle whose programs load the codebook holds no words to synthesise.
    if (!config_.loads_codebook()) rom_plan_ = plan_rom_logic(report_.manifest, report_.target);
    // On an FPGA only where they are the bundle's own: they would be most of the work.
    const bool own = config_.codebook.storage == config::Storage::kRegisters;
    if (!fpga_ || own) register_plan_ = plan_registers(config_);
    const std::vector<Design> structured = plan_structured(report_.manifest);
    is_structured_ = !structured.empty();
    rom_at_ = batch_.add(rom_plan_.designs);
    structured_at_ = batch_.add(structured);
    registers_at_ = batch_.add(register_plan_.designs);
    memory_at_ = batch_.add(fpga_ && !own ? plan_memory(report_.manifest) : std::vector<Design>{});
  }

  void plan_modules() {
    const Sources sources = read_sources(report_.manifest);
    hierarchy_ = elaborate_bundle(report_.manifest, sources);
    const std::vector<std::int64_t> counts = hierarchy_.counts(hierarchy_.top);
    for (std::size_t i = 0; i < hierarchy_.modules.size(); ++i) {
      const HierarchyModule& module = hierarchy_.modules[i];
      report_.modules.push_back(
          {module.name, module.parameters, kind_of(module, sources), counts[i], {}, ""});
      const PartKind kind = report_.modules.back().kind;
      const bool priced = kind == PartKind::kRom ||
                          (kind == PartKind::kMemory && (!fpga_ || is_register_part(module.name)));
      if (priced || counts[i] == 0) continue;
      logic_.emplace_back(i, batch_.add({module_design(hierarchy_, module, sources)}));
    }
    check_counts(report_.manifest, report_);
  }

  // One copy of each, as the bundle's modules need them.
  void take_stores() {
    if (!rom_plan_.designs.empty()) rom_ = rom_logic_area(rom_plan_, batch_.areas(rom_at_));
    if (is_structured_) {
      structured_ = structured_area(config_.codebook, batch_.areas(structured_at_));
    }
    if (!register_plan_.designs.empty()) {
      registers_ = registers_area(register_plan_, batch_.areas(registers_at_));
    }
    if (!fpga_) macros_ = macro_stores(report_.model, pricing_, config_);
  }

  void take_modules() {
    for (const auto& [module, plan] : logic_) {
      report_.modules[module].one = batch_.areas(plan).front();
    }
    for (ModuleArea& module : report_.modules) {
      if (module.kind == PartKind::kRom) {
        take_rom(module);
      } else if (is_register_part(module.name)) {
        module.one = register_part_area(register_plan_, module.name, batch_.areas(registers_at_));
        if (!registers_.exact) module.method = registers_.method;
      } else if (module.kind == PartKind::kMemory && !fpga_) {
        price_memory(module, report_.model, pricing_);
      }
    }
    if (scope_ != Scope::kWhole) return;
    add_blocks(report_, hierarchy_);
    report_.decode = decode_area(report_, hierarchy_);
  }

  void take_rom(ModuleArea& module) {
    if (config_.codebook.storage == config::Storage::kRomMacro) {
      const StoreArea& macro = macros_.front();
      module.one = macro.area / config_.store_instances();
      module.method = fmt::format("{}: {}", macro.label, macro.method);
    } else if (is_structured_) {
      module.one = batch_.areas(structured_at_).front();
    } else if (rom_plan_.emitted_banks) {
      for (std::size_t i = 0; i < rom_plan_.designs.size(); ++i) {
        if (rom_plan_.designs[i].top == module.name) module.one = batch_.areas(rom_at_)[i];
      }
    } else {
      module.one = rom_.area / (config_.is_banked() ? config_.codebook.banks : 1);
      if (!rom_.exact) module.method = rom_.method;
    }
  }

  // Smallest figures of one kind beside each other; the bundle's own may be any of them.
  void list_stores() {
    std::vector<StoreArea>& stores = report_.stores;
    const auto add_copies = [&](StoreArea store) {
      store.copies = config_.store_copies();
      store.area = store.area * store.copies;
      store.native_ge *= store.copies;
      stores.push_back(std::move(store));
    };
    if (is_structured_) add_copies(structured_);
    if (!rom_plan_.designs.empty()) add_copies(rom_);
    if (fpga_) {
      stores.push_back(register_plan_.designs.empty()
                           ? memory_area(config_, batch_.areas(memory_at_))
                           : registers_);
      return;
    }
    const auto roms = macros_.begin() + 2;
    stores.insert(stores.end(), macros_.begin(), roms);
    stores.push_back(registers_);
    stores.insert(stores.end(), roms, macros_.end());
  }

  AreaReport report_;
  Scope scope_;
  const config::AcceleratorConfig& config_;
  const bool fpga_;
  const Pricing pricing_;
  Batch batch_;
  Hierarchy hierarchy_;
  std::vector<std::pair<std::size_t, std::size_t>> logic_;  // module, plan
  RomPlan rom_plan_;
  RegisterPlan register_plan_;
  bool is_structured_ = false;
  std::size_t rom_at_ = 0, structured_at_ = 0, registers_at_ = 0, memory_at_ = 0;
  StoreArea rom_, structured_, registers_;
  std::vector<StoreArea> macros_;
};

BundleArea::BundleArea(const std::filesystem::path& bundle, const AreaOptions& options)
    : parts_(std::make_unique<Parts>(bundle, options)) {}
BundleArea::BundleArea(BundleArea&&) noexcept = default;
BundleArea::~BundleArea() = default;

Batch& BundleArea::batch() {
  return parts_->batch();
}

AreaReport BundleArea::report() {
  return parts_->report();
}

AreaReport measure_bundle(const std::filesystem::path& bundle, const AreaOptions& options) {
  BundleArea area(bundle, options);
  const Yosys yosys(options.target, options.cache);
  area.batch().run(yosys);
  AreaReport report = area.report();
  report.yosys_version = yosys.version();
  return report;
}

}  // namespace vqrom::synth
