// SPDX-License-Identifier: Apache-2.0
#include "gen/netlist/netlist.h"

#include <algorithm>

#include "sw/base/checked.h"
#include "sw/base/error.h"

namespace vqrom::netlist {

Instance& Instance::parameter(std::string_view name, const Expression& value) {
  parameters_.emplace_back(name, value);
  return *this;
}

Instance& Instance::connect(std::string_view port, const Slice& slice) {
  connections_.push_back({std::string(port), slice});
  return *this;
}

const std::string& Instance::module_name() const {
  return contract_ != nullptr ? contract_->name : module_->name();
}

Values Instance::parameter_values(const Values& around) const {
  Values values;
  for (const auto& [name, value] : parameters_) values[name] = value.evaluate(around);
  return values;
}

Net Module::declare(NetDeclaration net) {
  const int id = static_cast<int>(nets_.size());
  const Expression width = net.width;
  nets_.push_back(std::move(net));
  items_.emplace_back(NetItem{id});
  return {id, width};
}

Expression Module::localparam(std::string_view name, const Expression& value,
                              std::string_view comment) {
  values_[std::string(name)] = value.evaluate(values_);
  items_.emplace_back(LocalParameter{std::string(name), value, std::string(comment)});
  return param(name);
}

Net Module::clock(std::string_view name) {
  return declare({std::string(name), 1, NetRole::kInput, PortKind::kClock, ""});
}

Net Module::reset(std::string_view name) {
  return declare({std::string(name), 1, NetRole::kInput, PortKind::kReset, ""});
}

Net Module::input(std::string_view name, const Expression& width, std::string_view comment) {
  return declare(
      {std::string(name), width, NetRole::kInput, PortKind::kData, std::string(comment)});
}

Net Module::output(std::string_view name, const Expression& width, std::string_view comment) {
  return declare(
      {std::string(name), width, NetRole::kOutput, PortKind::kData, std::string(comment)});
}

Net Module::wire(std::string_view name, const Expression& width, std::string_view comment) {
  return declare({std::string(name), width, NetRole::kWire, PortKind::kData, std::string(comment)});
}

Net Module::unused(std::string_view name, const Expression& width) {
  return declare({std::string(name), width, NetRole::kUnused, PortKind::kData, ""});
}

void Module::port_group(std::string_view title) {
  items_.emplace_back(PortGroup{std::string(title)});
}

void Module::section(std::vector<std::string> lines) {
  items_.emplace_back(Section{std::move(lines)});
}

void Module::assign(const Slice& target, std::vector<Part> parts, std::string_view comment) {
  items_.emplace_back(Assign{target, std::move(parts), std::string(comment)});
}

Instance& Module::instance(const Contract& contract, std::string_view name) {
  items_.emplace_back(InstanceItem{static_cast<int>(instances_.size())});
  return instances_.emplace_back(contract, std::string(name));
}

Instance& Module::instance(const Module& module, std::string_view name) {
  items_.emplace_back(InstanceItem{static_cast<int>(instances_.size())});
  return instances_.emplace_back(module, std::string(name));
}

void Module::rom(Rom rom) {
  items_.emplace_back(std::move(rom));
}

int Module::value(const Expression& expression) const {
  return base::checked_cast<int>(expression.evaluate(values_));
}

const NetDeclaration& Module::net(std::string_view name) const {
  const auto found = std::find_if(nets_.begin(), nets_.end(),
                                  [&](const NetDeclaration& net) { return net.name == name; });
  VQROM_CHECK(found != nets_.end(), "{} has no net {}", name_, name);
  return *found;
}

Module& Design::add(std::string name, std::string purpose) {
  return modules_.emplace_back(std::move(name), std::move(purpose));
}

const Module& Design::top() const {
  VQROM_CHECK(top_ != nullptr, "the design has no top");
  return *top_;
}

}  // namespace vqrom::netlist
