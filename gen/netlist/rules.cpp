// SPDX-License-Identifier: Apache-2.0
#include "gen/netlist/rules.h"

#include <algorithm>
#include <set>

#include "gen/netlist/rules_internal.h"

namespace vqrom::netlist {

base::Problems check(const Design& design) {
  base::Problems problems;
  check_names(design, problems);
  check_reachable(design, problems);
  ModulePaths paths;
  for (const Module& module : design.modules()) {
    check_connections(module, problems);
    check_drivers(module, problems);
    check_loops(module, paths, problems);
  }
  return problems;
}

void check_reachable(const Design& design, base::Problems& problems) {
  std::set<std::string> reached;
  std::vector<const Module*> open{&design.top()};
  while (!open.empty()) {
    const Module* module = open.back();
    open.pop_back();
    if (!reached.insert(module->name()).second) continue;
    for (const Instance& instance : module->instances()) {
      if (instance.module() != nullptr) open.push_back(instance.module());
    }
  }
  for (const Module& module : design.modules()) {
    if (reached.contains(module.name())) continue;
    problems.add("drc.unreachable", module.name(),
                 fmt::format("no instance of it is below the top, {}", design.top().name()));
  }
}

std::vector<PortView> ports_of(const Module& module, const Instance& instance) {
  std::vector<PortView> ports;
  if (const Contract* contract = instance.contract(); contract != nullptr) {
    const Values values = instance.parameter_values(module.values());
    const bool legal = contract->violations(values).empty();
    for (const ContractPort& port : contract->ports) {
      const int width = legal ? static_cast<int>(port.width.evaluate(values)) : 0;
      ports.push_back({port.name, port.direction, width, port.kind});
    }
    return ports;
  }
  const Module& inner = *instance.module();
  for (const NetDeclaration& net : inner.nets()) {
    if (net.role != NetRole::kInput && net.role != NetRole::kOutput) continue;
    const auto direction = net.role == NetRole::kInput ? Direction::kInput : Direction::kOutput;
    ports.push_back({net.name, direction, inner.width(net), net.kind});
  }
  return ports;
}

const PortView* find_port(const std::vector<PortView>& ports, std::string_view name) {
  const auto found = std::find_if(ports.begin(), ports.end(),
                                  [&](const PortView& port) { return port.name == name; });
  return found == ports.end() ? nullptr : &*found;
}

BitRange bits_of(const Module& module, const Slice& slice) {
  const int width = module.width(module.nets()[static_cast<std::size_t>(slice.net)]);
  const int lsb = std::clamp(module.value(slice.lsb), 0, std::max(width, 0));
  const int count = std::clamp(module.value(slice.width), 0, width - lsb);
  return {slice.net, lsb, count};
}

std::string text_of(const Module& module, const BitRange& range) {
  const NetDeclaration& net = module.nets()[static_cast<std::size_t>(range.net)];
  if (range.lsb == 0 && range.count == module.width(net)) return net.name;
  if (range.count == 1) return fmt::format("{}[{}]", net.name, range.lsb);
  return fmt::format("{}[{}:{}]", net.name, range.lsb + range.count - 1, range.lsb);
}

}  // namespace vqrom::netlist
