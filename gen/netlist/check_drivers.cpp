// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "gen/netlist/rules_internal.h"

namespace vqrom::netlist {
namespace {

// How often each bit of a module's nets is driven and read.
class BitCounts {
 public:
  explicit BitCounts(const Module& module) : module_(module) {
    for (const NetDeclaration& net : module.nets()) {
      const auto width = static_cast<std::size_t>(std::max(0, module.width(net)));
      drivers_.emplace_back(width, 0);
      readers_.emplace_back(width, 0);
    }
  }

  void drive(const Slice& slice) { count(drivers_, bits_of(module_, slice)); }
  void read(const Slice& slice) { count(readers_, bits_of(module_, slice)); }

  [[nodiscard]] int drivers(int net, int bit) const { return at(drivers_, net, bit); }
  [[nodiscard]] int readers(int net, int bit) const { return at(readers_, net, bit); }

 private:
  using Counts = std::vector<std::vector<int>>;

  static void count(Counts& counts, const BitRange& range) {
    for (int i = 0; i < range.count; ++i) {
      ++counts[static_cast<std::size_t>(range.net)][static_cast<std::size_t>(range.lsb + i)];
    }
  }
  static int at(const Counts& counts, int net, int bit) {
    return counts[static_cast<std::size_t>(net)][static_cast<std::size_t>(bit)];
  }

  const Module& module_;
  Counts drivers_;
  Counts readers_;
};

void count_boundary(const Module& module, BitCounts& counts) {
  for (int id = 0; id < static_cast<int>(module.nets().size()); ++id) {
    const NetDeclaration& net = module.nets()[static_cast<std::size_t>(id)];
    const Slice whole = Net(id, net.width);
    if (net.role == NetRole::kInput) counts.drive(whole);
    if (net.role == NetRole::kOutput || net.role == NetRole::kUnused) counts.read(whole);
  }
}

void count_items(const Module& module, BitCounts& counts) {
  for (const Item& item : module.items()) {
    if (const auto* assign = std::get_if<Assign>(&item)) {
      counts.drive(assign->target);
      for (const Part& part : assign->parts) {
        if (const auto* slice = std::get_if<Slice>(&part)) counts.read(*slice);
      }
    } else if (const auto* rom = std::get_if<Rom>(&item)) {
      counts.drive(rom->data);
      for (const Slice* slice : {&rom->clock, &rom->enable, &rom->address}) counts.read(*slice);
    }
  }
  for (const Instance& instance : module.instances()) {
    const std::vector<PortView> ports = ports_of(module, instance);
    for (const Connection& connection : instance.connections()) {
      const PortView* port = find_port(ports, connection.port);
      if (port == nullptr) continue;
      if (port->direction == Direction::kInput) {
        counts.read(connection.slice);
      } else {
        counts.drive(connection.slice);
      }
    }
  }
}

}  // namespace

void check_drivers(const Module& module, base::Problems& problems) {
  BitCounts counts(module);
  count_boundary(module, counts);
  count_items(module, counts);

  // One problem for each run of bits that are wrong in the same way.
  const auto report = [&](int net, const char* code, const char* message,
                          const std::function<bool(int)>& is_wrong) {
    const NetDeclaration& declaration = module.nets()[static_cast<std::size_t>(net)];
    const int width = module.width(declaration);
    for (int bit = 0; bit < width; ++bit) {
      if (!is_wrong(bit)) continue;
      const int first = bit;
      while (bit < width && is_wrong(bit)) ++bit;
      problems.add(code, module.name(),
                   fmt::format("{} {}", text_of(module, {net, first, bit - first}), message));
    }
  };
  for (int net = 0; net < static_cast<int>(module.nets().size()); ++net) {
    const auto drivers = [&](int bit) { return counts.drivers(net, bit); };
    const auto readers = [&](int bit) { return counts.readers(net, bit); };
    report(net, "drc.no_driver", "is read but nothing drives it",
           [&](int bit) { return drivers(bit) == 0 && readers(bit) > 0; });
    report(net, "drc.two_drivers", "has more than one driver",
           [&](int bit) { return drivers(bit) > 1; });
    report(net, "drc.unread", "is never read", [&](int bit) { return readers(bit) == 0; });
  }
}

}  // namespace vqrom::netlist
