// SPDX-License-Identifier: Apache-2.0
#include "gen/synth/area.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>

#include "gen/synth/hierarchy.h"
#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"

namespace vqrom::synth {
namespace {

constexpr int kYosysAtOnce = 2;
constexpr std::string_view kMemoryPrefix = "vq_ram_";
constexpr std::string_view kDecodeModule = "vq_decode";

// What Yosys needs beyond kModuleMs, where that is much: `ms` for each unit of the
// product of the parameters. Measured with OSU 0.18 (docs/formats/area.md).
struct Cost {
  std::string_view top;
  std::vector<const char*> parameters;
  double ms;
};
const std::vector<Cost>& costs() {
  static const std::vector<Cost> table = {
      {"vq_accumulator", {"COLUMNS"}, 100},
      {"vq_codebook_registers", {"ENTRIES", "CODEWORD_W", "PORTS"}, 0.73},
      {"vq_lane_select", {"COLUMNS"}, 25},
      {"vq_mac_column", {"ROWS", "ACT_W", "WGT_W"}, 3.6},
      {"vq_param_buffer", {"COLUMNS"}, 170},
      {"vq_requantise", {}, 3000},
      {"vq_weight_buffer", {"BEATS", "BEAT_W"}, 0.75},
  };
  return table;
}
constexpr double kModuleMs = 150;
constexpr double kRomBitMs = 0.08;

// Milliseconds on one core, roughly: for the order of the work and the progress display.
std::int64_t expected_ms(const Design& design) {
  double ms = kModuleMs + kRomBitMs * static_cast<double>(design.rom_bits);
  for (const Cost& cost : costs()) {
    if (cost.top != design.top) continue;
    double units = 1.0;
    for (const char* name : cost.parameters) {
      units *= static_cast<double>(design.parameters.at(name));
    }
    ms += cost.ms * units;
  }
  return static_cast<std::int64_t>(ms);
}

// All areas, in the order of the designs.
std::vector<Area> synthesise_all(const Yosys& yosys, const std::vector<Design>& designs) {
  std::vector<std::int64_t> cost(designs.size());
  std::vector<std::size_t> order(designs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i < designs.size(); ++i) {
    cost[i] = yosys.is_cached(designs[i]) ? 1 : expected_ms(designs[i]);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  const std::int64_t total = std::accumulate(cost.begin(), cost.end(), std::int64_t{0});
  base::Progress progress(
      fmt::format("Yosys, {} modules, about {} s", designs.size(), total / 1000 / kYosysAtOnce + 1),
      total);
  std::vector<Area> areas(designs.size());
  const base::ThreadLimit limit(kYosysAtOnce);
  // parallel_for begins at several places of its range; the longest are to be begun first.
  std::atomic<std::size_t> next{0};
  base::parallel_for(static_cast<std::int64_t>(designs.size()), 1, [&](std::int64_t, std::int64_t) {
    const std::size_t at = order[next.fetch_add(1)];
    progress.remark(designs[at].top);
    progress.advance(0);
    areas[at] = yosys.synthesise(designs[at]);
    progress.advance(cost[at]);
  });
  return areas;
}

// Designs gathered from several plans, synthesised together, handed back plan by plan.
class Batch {
 public:
  // Returns the number to ask for the areas with.
  std::size_t add(const std::vector<Design>& designs) {
    begins_.push_back(designs_.size());
    designs_.insert(designs_.end(), designs.begin(), designs.end());
    return begins_.size() - 1;
  }
  void run(const Yosys& yosys) { areas_ = synthesise_all(yosys, designs_); }
  [[nodiscard]] std::vector<Area> areas(std::size_t plan) const {
    const std::size_t begin = begins_[plan];
    const std::size_t end = plan + 1 < begins_.size() ? begins_[plan + 1] : areas_.size();
    return {areas_.begin() + static_cast<std::ptrdiff_t>(begin),
            areas_.begin() + static_cast<std::ptrdiff_t>(end)};
  }

 private:
  std::vector<Design> designs_;
  std::vector<std::size_t> begins_;
  std::vector<Area> areas_;
};

struct Sources {
  std::map<std::string, Source> files;  // by module, which is the file's stem
  std::string rom;                      // the ROM's module
};

Sources read_sources(const config::Manifest& manifest) {
  Sources sources;
  for (const config::ManifestFile& file : manifest.files) {
    if (file.path.extension() != ".v") continue;
    const std::string module = file.path.stem();
    sources.files[module] = {file.path.filename(), base::read_file(file.path)};
    if (file.role == config::FileRole::kRom) sources.rom = module;
  }
  return sources;
}

Hierarchy elaborate_bundle(const config::Manifest& manifest, const Sources& sources) {
  std::vector<Source> plain;
  std::vector<Source> boxes;
  for (const auto& [module, source] : sources.files) {
    (module == sources.rom ? boxes : plain).push_back(source);
  }
  return elaborate(manifest.top, plain, boxes);
}

PartKind kind_of(const HierarchyModule& module, const Sources& sources) {
  if (module.name == sources.rom) return PartKind::kRom;
  return module.name.starts_with(kMemoryPrefix) ? PartKind::kMemory : PartKind::kLogic;
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
  for (const std::string& child : children) design.black_boxes.push_back(sources.files.at(child));
  return design;
}

std::int64_t memory_bits(const ModuleArea& module) {
  return module.parameters.at("WIDTH") * module.parameters.at("DEPTH");
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

void add_block(AreaReport& report, const std::string& name, const std::vector<std::int64_t>& counts,
               std::int64_t rom_bits) {
  std::map<PartKind, BlockArea> parts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const ModuleArea& module = report.modules[i];
    BlockArea& part = parts[module.kind];
    part.area += module.one * counts[i];
    if (module.kind == PartKind::kLogic) continue;
    part.instances = (part.bits == 0 ? 0 : part.instances) + counts[i];
    part.bits += counts[i] * (module.kind == PartKind::kRom ? rom_bits : memory_bits(module));
  }
  for (auto& [kind, part] : parts) {
    part.name = name;
    part.kind = kind;
    report.total += part.area;
    report.blocks.push_back(part);
  }
}

void add_blocks(AreaReport& report, const Hierarchy& hierarchy) {
  const std::int64_t rom_bits = rom_bits_of(report.manifest.config.codebook);
  const HierarchyModule& top = hierarchy.modules[hierarchy.top];
  std::vector<Instance> instances = top.instances;
  std::sort(instances.begin(), instances.end(),
            [](const Instance& a, const Instance& b) { return a.name < b.name; });
  for (const Instance& instance : instances) {
    add_block(report, instance.name, hierarchy.counts(instance.module), rom_bits);
  }
  std::vector<std::int64_t> glue(hierarchy.modules.size(), 0);
  glue[hierarchy.top] = 1;
  add_block(report, top.name, glue, rom_bits);
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

}  // namespace

AreaReport measure_bundle(const std::filesystem::path& bundle, const AreaOptions& options) {
  AreaReport report;
  report.manifest = config::read_manifest(bundle);
  report.target = options.target;
  report.node_nm = node_of(options);
  report.model = options.model;
  const Pricing pricing{&options.target, report.node_nm};
  const Yosys yosys(options.target, options.cache);
  report.yosys_version = yosys.version();
  const config::AcceleratorConfig& config = report.manifest.config;

  Batch batch;
  // A bundle whose programs load the codebook holds no words to synthesise.
  const bool sram = config.has_codebook_sram();
  const bool fpga = options.target.fpga.has_value();
  const RomPlan rom_plan = sram ? RomPlan{} : plan_rom_logic(report.manifest, options.target);
  const RegisterPlan register_plan = fpga ? RegisterPlan{} : plan_registers(config);
  const std::vector<Design> structured_plan = plan_structured(report.manifest);
  const std::size_t rom_at = batch.add(rom_plan.designs);
  const std::size_t structured_at = batch.add(structured_plan);
  const std::size_t registers_at = batch.add(register_plan.designs);
  const std::size_t memory_at =
      batch.add(fpga ? plan_memory(report.manifest) : std::vector<Design>{});

  Hierarchy hierarchy;
  std::vector<std::pair<std::size_t, std::size_t>> logic;  // module, plan
  if (options.scope == Scope::kWhole) {
    const Sources sources = read_sources(report.manifest);
    hierarchy = elaborate_bundle(report.manifest, sources);
    const std::vector<std::int64_t> counts = hierarchy.counts(hierarchy.top);
    for (std::size_t i = 0; i < hierarchy.modules.size(); ++i) {
      const HierarchyModule& module = hierarchy.modules[i];
      report.modules.push_back(
          {module.name, module.parameters, kind_of(module, sources), counts[i], {}, ""});
      const PartKind kind = report.modules.back().kind;
      const bool priced = kind == PartKind::kRom || (kind == PartKind::kMemory && !fpga);
      if (priced || counts[i] == 0) continue;
      logic.emplace_back(i, batch.add({module_design(hierarchy, module, sources)}));
    }
    check_counts(report.manifest, report);
  }
  batch.run(yosys);

  StoreArea rom;
  const bool has_rom = !rom_plan.designs.empty();
  if (has_rom) rom = rom_logic_area(rom_plan, batch.areas(rom_at));
  StoreArea structured;
  if (!structured_plan.empty()) {
    structured = structured_area(config.codebook, batch.areas(structured_at));
  }
  for (const auto& [module, plan] : logic) {
    report.modules[module].one = batch.areas(plan).front();
  }
  for (ModuleArea& module : report.modules) {
    if (module.kind == PartKind::kMemory && !fpga) price_memory(module, report.model, pricing);
    if (module.kind == PartKind::kRom) {
      module.one = structured_plan.empty() ? rom.area : batch.areas(structured_at).front();
      if (structured_plan.empty() && !rom.exact) module.method = rom.method;
    }
  }
  if (options.scope == Scope::kWhole) {
    add_blocks(report, hierarchy);
    report.decode = decode_area(report, hierarchy);
  }

  for (StoreArea* store : {&rom, &structured}) {
    store->copies = config.codebook.read_ports;
    store->area = store->area * store->copies;
    store->native_ge *= store->copies;
  }
  if (fpga) {  // whose synthesis would make memories of the registers
    report.stores = {memory_area(config.codebook, batch.areas(memory_at))};
  } else {
    report.stores = macro_stores(report.model, pricing, config);
    report.stores.insert(report.stores.begin() + 2,
                         registers_area(register_plan, batch.areas(registers_at)));
  }
  if (has_rom) report.stores.insert(report.stores.begin(), rom);
  if (!structured_plan.empty()) report.stores.insert(report.stores.begin(), structured);
  return report;
}

}  // namespace vqrom::synth
