// SPDX-License-Identifier: Apache-2.0
#include "gen/emit/manifest.h"

#include <algorithm>
#include <map>

#include "gen/blocks/accelerator.h"
#include "gen/config/manifest.h"
#include "gen/emit/verilog.h"
#include "gen/leaf/leaves.h"
#include "sw/base/error.h"
#include "sw/base/sha256.h"

namespace vqrom::emit {
namespace {

using base::Json;
using netlist::Contract;
using netlist::Instance;
using netlist::Module;
using netlist::Values;

bool has_rom(const Module& module) {
  return std::any_of(module.items().begin(), module.items().end(), [](const netlist::Item& item) {
    return std::holds_alternative<netlist::Rom>(item);
  });
}

// Counts by name and parameters.
class Counter {
 public:
  void add_module(const Module& module, std::int64_t instances) {
    counts_[module.name()][{}] += instances;
    for (const Instance& instance : module.instances()) {
      if (instance.module() != nullptr) {
        add_module(*instance.module(), instances);
      } else {
        add_leaf(*instance.contract(), instance.parameter_values(module.values()), instances);
      }
    }
  }

  // The entries of one name, in the order of their parameters.
  void append(const std::string& name, const std::string& kind,
              std::vector<ModuleCount>& result) const {
    const auto found = counts_.find(name);
    if (found == counts_.end()) return;
    for (const auto& [values, instances] : found->second) {
      result.push_back({name, kind, instances, values});
    }
  }

 private:
  void add_leaf(const Contract& contract, const Values& values, std::int64_t instances) {
    counts_[contract.name][values] += instances;
    for (const netlist::Use& use : contract.uses) {
      Values inner;
      for (const auto& [name, value] : use.parameters) inner[name] = value.evaluate(values);
      add_leaf(leaf::find_leaf(use.module), inner, instances * use.count.evaluate(values));
    }
  }

  std::map<std::string, std::map<Values, std::int64_t>> counts_;
};

const Module& module_of(const netlist::Design& design, std::string_view name) {
  const auto found = std::find_if(design.modules().begin(), design.modules().end(),
                                  [&](const Module& module) { return module.name() == name; });
  VQROM_CHECK(found != design.modules().end(), "a design without {}", name);
  return *found;
}

Json derived_json(const config::AcceleratorConfig& config) {
  Json derived = {{"weight_bits", config.weight_bits()},
                  {"tile_codewords", config.tile_codewords()},
                  {"tile_beats", config.tile_beats()},
                  {"index_words", config.index_words()},
                  {"dense_words", config.dense_words()},
                  {"accumulator_address_bits", config.accumulator_address_bits()},
                  {"drain_beats", config.drain_beats()},
                  {"pipeline_latency", blocks::pipeline_latency(config)}};
  if (config.top == config::Top::kAccelerator) {
    derived["vector_words"] = config.vector_words();
    derived["vector_beats"] = config.vector_beats();
  }
  return derived;
}

Json ports_json(const Module& top) {
  Json ports = Json::array();
  for (const netlist::NetDeclaration& net : top.nets()) {
    const bool is_input = net.role == netlist::NetRole::kInput;
    if (!is_input && net.role != netlist::NetRole::kOutput) continue;
    if (net.kind == netlist::PortKind::kClock) continue;
    ports.push_back({{"name", net.name},
                     {"direction", is_input ? "input" : "output"},
                     {"width", top.width(net)}});
  }
  return ports;
}

// The ROM macros to compile, and the files that hold their contents.
Json macros_json(const netlist::Design& design) {
  Json macros = Json::array();
  for (const ModuleCount& count : count_modules(design)) {
    if (count.kind != "rom") continue;
    const Module& module = module_of(design, count.name);
    for (const netlist::Item& item : module.items()) {
      const auto* rom = std::get_if<netlist::Rom>(&item);
      if (rom == nullptr) continue;
      macros.push_back({{"module", count.name},
                        {"instances", count.instances},
                        {"words", std::int64_t{1} << module.value(rom->address.width)},
                        {"bits", module.value(rom->data.width)},
                        {"read_ports", 1},
                        {"latency_cycles", 1},
                        {"hex", rom->file},
                        {"mif", mif_file(*rom)}});
    }
  }
  return macros;
}

Json modules_json(const netlist::Design& design) {
  Json modules = Json::array();
  for (const ModuleCount& count : count_modules(design)) {
    Json parameters = Json::object();
    for (const auto& [name, value] : count.parameters) parameters[name] = value;
    modules.push_back({{"name", count.name},
                       {"kind", count.kind},
                       {"instances", count.instances},
                       {"parameters", std::move(parameters)}});
  }
  return modules;
}

}  // namespace

std::vector<ModuleCount> count_modules(const netlist::Design& design) {
  Counter counter;
  counter.add_module(design.top(), 1);
  std::vector<ModuleCount> result;
  for (const Contract& contract : leaf::all_leaves()) counter.append(contract.name, "leaf", result);
  for (const Module& module : design.modules()) {
    counter.append(module.name(), has_rom(module) ? "rom" : "structure", result);
  }
  return result;
}

Json manifest_json(const config::AcceleratorConfig& config, const codebook::Codebook& codebook,
                   const netlist::Design& design, const std::vector<BundleFile>& files,
                   std::string_view generator) {
  Json json = Json::object();
  json["format"] = "vqrom-bundle-1";
  json["generator"] = generator;
  json["config"] = config::to_json(config);
  json["codebook"] = {{"sha256", codebook.sha256},
                      {"entries", codebook.entries},
                      {"dimension", codebook.dimension},
                      {"element_bits", codebook.element_bits},
                      {"index_bits", codebook.index_bits()},
                      {"rom_bits", config.loads_codebook() ? 0 : codebook.rom_bits()}};
  if (config.codebook.storage == config::Storage::kSram) {
    json["codebook"]["sram_bits"] = codebook.rom_bits();
  }
  if (config.codebook.storage == config::Storage::kRegisters) {
    json["codebook"]["register_bits"] = codebook.rom_bits();
  }
  if (config.codebook.storage == config::Storage::kRomMacro) {
    json["codebook"]["macros"] = macros_json(design);
  }
  json["top"] = design.top().name();
  json["ports"] = ports_json(design.top());
  const Module& core = module_of(design, config::kCoreModule);
  if (&core != &design.top()) json["core"] = {{"name", core.name()}, {"ports", ports_json(core)}};
  json["derived"] = derived_json(config);
  json["modules"] = modules_json(design);
  Json listed = Json::array();
  for (const BundleFile& file : files) {
    listed.push_back(
        {{"path", file.path}, {"sha256", base::sha256_hex(file.text)}, {"role", file.role}});
  }
  json["files"] = std::move(listed);
  return json;
}

}  // namespace vqrom::emit
