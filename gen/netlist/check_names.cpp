// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "gen/netlist/identifiers.h"
#include "gen/netlist/rules_internal.h"

namespace vqrom::netlist {
namespace {

// One scope of names: a module's inside, or the modules of the whole design.
class Scope {
 public:
  Scope(std::string place, base::Problems& problems)
      : place_(std::move(place)), problems_(&problems) {}

  void declare(std::string_view what, const std::string& name) {
    if (is_reserved_word(name)) {
      problems_->add(
          "drc.reserved_word", place_,
          fmt::format("{} '{}' is a reserved word of Verilog or SystemVerilog", what, name));
    } else if (!is_identifier(name)) {
      problems_->add("drc.reserved_word", place_,
                     fmt::format("{} '{}' is not a Verilog identifier; must be letters, digits and "
                                 "_, not starting with a digit",
                                 what, name));
    }
    const auto [earlier, is_new] = names_.emplace(name, what);
    if (is_new) return;
    problems_->add(
        "drc.name_clash", place_,
        fmt::format("{} '{}' clashes with the {} of that name", what, name, earlier->second));
  }

 private:
  std::string place_;
  base::Problems* problems_;
  std::map<std::string, std::string> names_;
};

void check_inside(const Module& module, base::Problems& problems) {
  Scope scope(module.name(), problems);
  for (const Item& item : module.items()) {
    if (const auto* net = std::get_if<NetItem>(&item)) {
      scope.declare("net", module.nets()[static_cast<std::size_t>(net->net)].name);
    } else if (const auto* instance = std::get_if<InstanceItem>(&item)) {
      scope.declare("instance",
                    module.instances()[static_cast<std::size_t>(instance->instance)].name());
    } else if (const auto* local = std::get_if<LocalParameter>(&item)) {
      scope.declare("local parameter", local->name);
    } else if (const auto* rom = std::get_if<Rom>(&item)) {
      scope.declare("ROM", rom->name);
    }
  }
}

// The names in what the text prints as names: ports have their widths in numbers.
std::set<std::string> used_parameters(const Module& module) {
  std::set<std::string> names;
  const auto add_slice = [&](const Slice& slice) {
    if (slice.whole) return;
    slice.lsb.collect_names(names);
    slice.width.collect_names(names);
  };
  for (const NetDeclaration& net : module.nets()) {
    const bool is_port = net.role == NetRole::kInput || net.role == NetRole::kOutput;
    if (!is_port) net.width.collect_names(names);
  }
  for (const Item& item : module.items()) {
    if (const auto* local = std::get_if<LocalParameter>(&item)) local->value.collect_names(names);
    const auto* assign = std::get_if<Assign>(&item);
    if (assign == nullptr) continue;
    add_slice(assign->target);
    for (const Part& part : assign->parts) {
      if (const auto* slice = std::get_if<Slice>(&part)) add_slice(*slice);
    }
  }
  for (const Instance& instance : module.instances()) {
    for (const auto& [name, value] : instance.parameters()) value.collect_names(names);
    for (const Connection& connection : instance.connections()) add_slice(connection.slice);
  }
  return names;
}

void check_parameters_used(const Module& module, base::Problems& problems) {
  const std::set<std::string> used = used_parameters(module);
  for (const Item& item : module.items()) {
    const auto* local = std::get_if<LocalParameter>(&item);
    if (local == nullptr || used.contains(local->name)) continue;
    problems.add("drc.unread", module.name(),
                 fmt::format("local parameter {} is never used", local->name));
  }
}

}  // namespace

void check_names(const Design& design, base::Problems& problems) {
  Scope scope("design", problems);
  std::set<std::string> leaves;
  for (const Module& module : design.modules()) {
    scope.declare("module", module.name());
    for (const Instance& instance : module.instances()) {
      if (instance.contract() != nullptr) leaves.insert(instance.contract()->name);
    }
  }
  for (const std::string& leaf : leaves) scope.declare("hand-written module", leaf);
  for (const Module& module : design.modules()) {
    check_inside(module, problems);
    check_parameters_used(module, problems);
  }
}

}  // namespace vqrom::netlist
