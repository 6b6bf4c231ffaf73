// SPDX-License-Identifier: Apache-2.0
// contract — what a netlist must know of a module that is written by hand.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gen/netlist/expression.h"

namespace vqrom::netlist {

enum class Direction { kInput, kOutput };
enum class PortKind { kData, kClock, kReset };

// A parameter and the values it may have by itself.
struct ParameterRule {
  std::string name;
  std::int64_t low = 1;
  std::int64_t high = 1;
  std::string meaning;
};

// What several parameters must satisfy together. The module's text stops every tool when it does
// not hold, by instantiating the undefined module `stop`; the netlist refuses it first.
struct Relation {
  std::string stop;      // "ERROR_vq_unpack_WORD_must_hold_a_beat"
  std::string sentence;  // "BUS_W must be at least P*IDX_W"
  std::function<bool(const Values&)> holds;
};

struct ContractPort {
  std::string name;
  Direction direction = Direction::kInput;
  Expression width = 1;
  PortKind kind = PortKind::kData;
};

// Some bit of input `from` reaches some bit of output `to` without a register between.
struct CombinationalPath {
  std::string from;
  std::string to;
  friend auto operator<=>(const CombinationalPath&, const CombinationalPath&) = default;
};

// Instances that the module's own text makes of another contract's module.
struct Use {
  std::string module;
  Expression count = 1;
  std::vector<std::pair<std::string, Expression>> parameters;
};

struct Contract {
  std::string name;     // of the Verilog module; its file is <name>.v
  std::string purpose;  // half a sentence
  std::vector<ParameterRule> parameters;
  std::vector<Relation> relations;
  std::vector<ContractPort> ports;
  std::vector<CombinationalPath> paths;
  Expression latency_cycles = 0;  // from the input that is taken to the output that shows it
  std::vector<Use> uses;

  [[nodiscard]] const ContractPort* find_port(std::string_view port) const;
  // What is wrong with these values: one sentence each; empty if they are legal.
  [[nodiscard]] std::vector<std::string> violations(const Values& values) const;
};

}  // namespace vqrom::netlist
