// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "gen/netlist/rules_internal.h"
#include "sw/base/checked.h"

namespace vqrom::netlist {
namespace {

class ConnectionCheck {
 public:
  ConnectionCheck(const Module& module, base::Problems& problems)
      : module_(module), problems_(problems) {}

  void run() {
    for (const NetDeclaration& net : module_.nets()) {
      if (module_.width(net) >= 1) continue;
      add("drc.width", net.name, "its width is {}; must be at least 1", module_.width(net));
    }
    for (const Item& item : module_.items()) {
      if (const auto* assign = std::get_if<Assign>(&item)) check_assign(*assign);
      if (const auto* rom = std::get_if<Rom>(&item)) check_rom(*rom);
    }
    for (const Instance& instance : module_.instances()) check_instance(instance);
  }

 private:
  template <typename... Args>
  void add(const char* code, const std::string& item, fmt::format_string<Args...> format,
           Args&&... args) {
    problems_.add(code, fmt::format("{}.{}", module_.name(), item),
                  fmt::format(format, std::forward<Args>(args)...));
  }

  [[nodiscard]] const NetDeclaration& net_of(const Slice& slice) const {
    return module_.nets()[static_cast<std::size_t>(slice.net)];
  }
  [[nodiscard]] bool is_clock(const Slice& slice) const {
    return net_of(slice).kind == PortKind::kClock;
  }

  // The slice's width; a slice that leaves its net is a problem of `item`.
  int check_slice(const std::string& item, const Slice& slice) {
    const int lsb = module_.value(slice.lsb);
    const int width = module_.value(slice.width);
    const int available = module_.width(net_of(slice));
    if (lsb < 0 || width < 1 || lsb + width > available) {
      add("drc.width", item, "takes bits [{}:{}] of {}, which has {}", lsb + width - 1, lsb,
          net_of(slice).name, available);
    }
    return width;
  }

  void check_no_clock(const std::string& item, const Slice& slice) {
    if (!is_clock(slice)) return;
    add("drc.clock_as_data", item, "the clock {} is used as data", net_of(slice).name);
  }

  void check_assign(const Assign& assign) {
    const std::string item = "assign " + text_of(module_, bits_of(module_, assign.target));
    const int target = check_slice(item, assign.target);
    check_no_clock(item, assign.target);
    int width = 0;
    for (const Part& part : assign.parts) {
      if (const auto* slice = std::get_if<Slice>(&part)) {
        width += check_slice(item, *slice);
        check_no_clock(item, *slice);
      } else {
        width += std::get<Bits>(part).width();
      }
    }
    if (width != target) {
      add("drc.width", item, "{} bits are assigned to {}", width, target);
    }
  }

  void check_rom(const Rom& rom) {
    if (!is_clock(rom.clock)) {
      add("drc.clock_as_data", rom.name, "{} is no clock", net_of(rom.clock).name);
    }
    for (const Slice* slice : {&rom.enable, &rom.address, &rom.data}) {
      check_slice(rom.name, *slice);
      check_no_clock(rom.name, *slice);
    }
    if (module_.value(rom.enable.width) != 1) {
      add("drc.width", rom.name, "the enable has {} bits; must have 1",
          module_.value(rom.enable.width));
    }
    const int given = static_cast<int>(rom.words.size());
    if (given != rom.entries) {
      add("drc.rom_missing", rom.name, "has {} words; must have {}", given, rom.entries);
    }
    const int address_bits = module_.value(rom.address.width);
    if (base::ceil_log2(static_cast<std::uint64_t>(rom.entries)) > address_bits) {
      add("drc.rom_address", rom.name, "an address of {} bits does not reach {} words",
          address_bits, rom.entries);
    }
    const int width = module_.value(rom.data.width);
    for (int i = 0; i < given; ++i) {
      const int needed = rom.words[static_cast<std::size_t>(i)].significant_bits();
      if (needed <= width) continue;
      add("drc.rom_width", rom.name, "word {} needs {} bits; the ROM has {}", i, needed, width);
    }
  }

  void check_instance(const Instance& instance) {
    check_parameters(instance);
    const std::vector<PortView> ports = ports_of(module_, instance);
    std::set<std::string> seen;
    for (const Connection& connection : instance.connections()) {
      const std::string item = instance.name() + "." + connection.port;
      const int width = check_slice(item, connection.slice);
      const PortView* port = find_port(ports, connection.port);
      if (port == nullptr) {
        add("drc.port", item, "{} has no such port", instance.module_name());
        continue;
      }
      if (!seen.insert(connection.port).second) add("drc.port", item, "is connected twice");
      if (port->width != 0 && port->width != width) {
        add("drc.width", item, "the port has {} bits; {} has {}", port->width,
            text_of(module_, bits_of(module_, connection.slice)), width);
      }
      check_kind(item, *port, connection.slice);
    }
    for (const PortView& port : ports) {
      if (seen.contains(port.name)) continue;
      const std::string item = instance.name() + "." + port.name;
      if (port.direction == Direction::kInput) {
        add("drc.open_input", item, "the input is not connected");
      } else {
        add("drc.unread", item,
            "the output is not connected; connect it to an unused net if "
            "nobody needs it");
      }
    }
  }

  void check_kind(const std::string& item, const PortView& port, const Slice& slice) {
    const bool wants_clock = port.kind == PortKind::kClock;
    if (wants_clock == is_clock(slice)) return;
    if (wants_clock) {
      add("drc.clock_as_data", item, "needs a clock; {} is none", net_of(slice).name);
    } else {
      check_no_clock(item, slice);
    }
  }

  void check_parameters(const Instance& instance) {
    const Values values = instance.parameter_values(module_.values());
    if (values.size() != instance.parameters().size()) {
      add("drc.parameter", instance.name(), "a parameter is given twice");
    }
    if (instance.contract() == nullptr) {
      if (!values.empty()) {
        add("drc.parameter", instance.name(), "{} has no parameters", instance.module_name());
      }
      return;
    }
    for (const std::string& sentence : instance.contract()->violations(values)) {
      add("drc.parameter", instance.name(), "{}: {}", instance.contract()->name, sentence);
    }
  }

  const Module& module_;
  base::Problems& problems_;
};

}  // namespace

void check_connections(const Module& module, base::Problems& problems) {
  ConnectionCheck(module, problems).run();
}

}  // namespace vqrom::netlist
