// SPDX-License-Identifier: Apache-2.0
// netlist — a typed structural netlist: modules of nets, instances, wiring and ROM tables.
//
// A module is a list of items in the order in which they will be printed. Widths, slices and
// parameters are expressions of the module's local parameters, so that the text keeps their names.
// Building never fails on a wrong design: rules.h finds what is wrong, all of it at once.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gen/netlist/bits.h"
#include "gen/netlist/contract.h"
#include "gen/netlist/expression.h"
#include "sw/base/error.h"

namespace vqrom::netlist {

class Module;

enum class NetRole { kInput, kOutput, kWire, kUnused };

// A net's declaration. A kUnused net takes an output that nobody needs.
struct NetDeclaration {
  std::string name;
  Expression width = 1;
  NetRole role = NetRole::kWire;
  PortKind kind = PortKind::kData;
  std::string comment;
};

struct LocalParameter {
  std::string name;
  Expression value = 0;
  std::string comment;
};

// `width` bits of a net, from `lsb` up.
struct Slice {
  int net = 0;
  Expression lsb = 0;
  Expression width = 1;
  bool whole = false;
};

// A handle to a declared net of one module; cheap to copy. Without a net, it may only be assigned.
class Net {
 public:
  Net() = default;
  Net(int id, Expression width) : id_(id), width_(std::move(width)) {}

  [[nodiscard]] int id() const { return id_; }
  [[nodiscard]] const Expression& width() const { return width_; }
  [[nodiscard]] Slice slice(const Expression& lsb, const Expression& width) const {
    VQROM_CHECK(id_ >= 0, "a net that was never declared is used");
    return {id_, lsb, width, false};
  }
  [[nodiscard]] Slice whole() const {
    VQROM_CHECK(id_ >= 0, "a net that was never declared is used");
    return {id_, 0, width_, true};
  }
  // Element `index` of a bus of elements of `width` bits: [index*width +: width].
  [[nodiscard]] Slice element(const Expression& index, const Expression& width) const {
    return slice(index * width, width);
  }
  [[nodiscard]] Slice bit(const Expression& index) const { return slice(index, 1); }
  operator Slice() const { return whole(); }  // NOLINT(google-explicit-constructor)

 private:
  int id_ = -1;
  Expression width_ = 1;
};

using Part = std::variant<Slice, Bits>;

// assign target = {parts…}, most significant first.
struct Assign {
  Slice target;
  std::vector<Part> parts;
  std::string comment;
};

struct Connection {
  std::string port;
  Slice slice;
};

// One instance of a hand-written module (contract) or of a module of the same design.
class Instance {
 public:
  Instance(const Contract& contract, std::string name)
      : name_(std::move(name)), contract_(&contract) {}
  Instance(const Module& module, std::string name) : name_(std::move(name)), module_(&module) {}

  Instance& parameter(std::string_view name, const Expression& value);
  Instance& connect(std::string_view port, const Slice& slice);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Contract* contract() const { return contract_; }  // null for a module
  [[nodiscard]] const Module* module() const { return module_; }        // null for a contract
  [[nodiscard]] const std::string& module_name() const;
  [[nodiscard]] const std::vector<std::pair<std::string, Expression>>& parameters() const {
    return parameters_;
  }
  [[nodiscard]] const std::vector<Connection>& connections() const { return connections_; }
  // The parameters' values in a module whose local parameters have the values `around`.
  [[nodiscard]] Values parameter_values(const Values& around) const;

 private:
  std::string name_;
  const Contract* contract_ = nullptr;
  const Module* module_ = nullptr;
  std::vector<std::pair<std::string, Expression>> parameters_;
  std::vector<Connection> connections_;
};

// How a table becomes text: a case statement (cells), a memory filled from a file (block RAM), or a
// macro: such a memory for simulation alone, and a black box where SYNTHESIS is defined. Then it is
// all that its module holds.
enum class RomForm { kCase, kMemory, kMacro };

// A read-only table, read at the clock edge at which `enable` is 1; the whole net `data` is its
// output register and holds in between. Addresses past the last word read 0.
struct Rom {
  std::string name;
  Slice clock;
  Slice enable;
  Slice address;
  Slice data;
  int entries = 0;
  std::vector<Bits> words;
  std::vector<std::string> word_comments;  // one a word, or none
  RomForm form = RomForm::kCase;
  // kMemory, kMacro: the image's path relative to the directory in which tools run, and the macro
  // by which they may be told another one.
  std::string file;
  std::string file_macro;
};

// A comment between groups of ports.
struct PortGroup {
  std::string title;
};

// A comment between groups of items.
struct Section {
  std::vector<std::string> lines;
};

// What comes next in the text: the index of a net, or the item itself.
struct NetItem {
  int net = 0;
};
struct InstanceItem {
  int instance = 0;
};
using Item = std::variant<NetItem, InstanceItem, LocalParameter, Assign, Rom, PortGroup, Section>;

class Module {
 public:
  // `purpose` is the sentence after the name in the first line; `header` the lines below it.
  Module(std::string name, std::string purpose)
      : name_(std::move(name)), purpose_(std::move(purpose)) {}

  void header(std::vector<std::string> lines) { header_ = std::move(lines); }
  Expression localparam(std::string_view name, const Expression& value, std::string_view comment);
  Net clock(std::string_view name);
  Net reset(std::string_view name);
  Net input(std::string_view name, const Expression& width, std::string_view comment = "");
  Net output(std::string_view name, const Expression& width, std::string_view comment = "");
  Net wire(std::string_view name, const Expression& width, std::string_view comment = "");
  Net unused(std::string_view name, const Expression& width);
  void port_group(std::string_view title);
  void section(std::vector<std::string> lines);
  void assign(const Slice& target, std::vector<Part> parts, std::string_view comment = "");
  Instance& instance(const Contract& contract, std::string_view name);
  Instance& instance(const Module& module, std::string_view name);
  void rom(Rom rom);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& purpose() const { return purpose_; }
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] const std::vector<NetDeclaration>& nets() const { return nets_; }
  [[nodiscard]] const std::deque<Instance>& instances() const { return instances_; }
  [[nodiscard]] const std::deque<Item>& items() const { return items_; }
  [[nodiscard]] const Values& values() const { return values_; }  // of the local parameters
  [[nodiscard]] int width(const NetDeclaration& net) const { return value(net.width); }
  [[nodiscard]] int value(const Expression& expression) const;
  // The net of that name; aborts if there is none.
  [[nodiscard]] const NetDeclaration& net(std::string_view name) const;

 private:
  Net declare(NetDeclaration net);

  std::string name_;
  std::string purpose_;
  std::vector<std::string> header_;
  std::vector<NetDeclaration> nets_;
  std::deque<Instance> instances_;  // deque: references stay valid while the list grows
  std::deque<Item> items_;
  Values values_;
};

// Modules in the order in which they were added: an instance's module before its user.
class Design {
 public:
  Design() = default;
  // Instances point at modules, so a design moves but is not copied.
  Design(Design&&) = default;
  Design& operator=(Design&&) = default;

  Module& add(std::string name, std::string purpose);
  void set_top(const Module& module) { top_ = &module; }

  [[nodiscard]] const std::deque<Module>& modules() const { return modules_; }
  [[nodiscard]] const Module& top() const;

 private:
  std::deque<Module> modules_;
  const Module* top_ = nullptr;
};

}  // namespace vqrom::netlist
