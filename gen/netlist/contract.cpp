// SPDX-License-Identifier: Apache-2.0
#include "gen/netlist/contract.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::netlist {

const ContractPort* Contract::find_port(std::string_view port) const {
  const auto found = std::find_if(ports.begin(), ports.end(),
                                  [&](const ContractPort& each) { return each.name == port; });
  return found == ports.end() ? nullptr : &*found;
}

std::vector<std::string> Contract::violations(const Values& values) const {
  std::vector<std::string> sentences;
  for (const ParameterRule& rule : parameters) {
    const auto value = values.find(rule.name);
    if (value == values.end()) {
      sentences.push_back(fmt::format("{} has no value", rule.name));
    } else if (value->second < rule.low || value->second > rule.high) {
      sentences.push_back(fmt::format("{} is {}; must be from {} to {}", rule.name, value->second,
                                      rule.low, rule.high));
    }
  }
  for (const auto& [given, value] : values) {
    const bool known = std::any_of(parameters.begin(), parameters.end(),
                                   [&](const ParameterRule& rule) { return rule.name == given; });
    if (!known) sentences.push_back(fmt::format("{} is not a parameter of {}", given, name));
  }
  if (!sentences.empty()) return sentences;  // the relations need every parameter in range
  for (const Relation& relation : relations) {
    if (relation.holds(values)) continue;
    std::string all;
    for (const auto& [given, value] : values) {
      all += fmt::format("{}{} is {}", all.empty() ? "" : ", ", given, value);
    }
    sentences.push_back(fmt::format("{} ({})", relation.sentence, all));
  }
  return sentences;
}

}  // namespace vqrom::netlist
