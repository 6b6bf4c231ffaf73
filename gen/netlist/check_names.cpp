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
  for (const Module& module : design.modules()) check_inside(module, problems);
}

}  // namespace vqrom::netlist
