// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <set>

#include "gen/netlist/rules_internal.h"

namespace vqrom::netlist {
namespace {

// Who can change whom within a clock cycle. A vertex is a bit of a net or a port of an instance;
// going through ports keeps the graph linear in the number of bits.
class FlowGraph {
 public:
  FlowGraph(const Module& module, const ModulePaths& paths) : module_(module) {
    for (const NetDeclaration& net : module.nets()) {
      first_bit_.push_back(static_cast<int>(names_.size()));
      for (int bit = 0; bit < module.width(net); ++bit) new_vertex(net.name);
    }
    for (const Item& item : module.items()) {
      if (const auto* assign = std::get_if<Assign>(&item)) add_assign(*assign);
    }
    for (const Instance& instance : module.instances()) add_instance(instance, paths);
  }

  // A cycle's vertices as names, consecutive repeats once; empty if there is none. The cycle goes
  // through the first vertex that is on one.
  [[nodiscard]] std::vector<std::string> cycle() const {
    std::vector<int> component(names_.size());
    boost::strong_components(graph_, boost::make_iterator_property_map(
                                         component.begin(), get(boost::vertex_index, graph_)));
    std::map<int, int> sizes;
    for (const int each : component) ++sizes[each];
    for (int at = 0; at < static_cast<int>(names_.size()); ++at) {
      const bool loops_on_itself = edge(at, at, graph_).second;
      if (sizes[component[static_cast<std::size_t>(at)]] > 1 || loops_on_itself) {
        return cycle_through(at);
      }
    }
    return {};
  }

  // Inputs of the module that reach outputs of it.
  [[nodiscard]] std::vector<CombinationalPath> boundary_paths() const {
    std::vector<CombinationalPath> result;
    for (int from = 0; from < static_cast<int>(module_.nets().size()); ++from) {
      const NetDeclaration& input = net(from);
      if (input.role != NetRole::kInput || input.kind == PortKind::kClock) continue;
      std::vector<int> start;
      for (int bit = 0; bit < module_.width(input); ++bit) start.push_back(vertex(from, bit));
      const std::set<int> reached = reach(start);
      for (int to = 0; to < static_cast<int>(module_.nets().size()); ++to) {
        if (net(to).role != NetRole::kOutput) continue;
        const auto first = reached.lower_bound(vertex(to, 0));
        if (first != reached.end() && *first < vertex(to, 0) + module_.width(net(to))) {
          result.push_back({input.name, net(to).name});
        }
      }
    }
    return result;
  }

 private:
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

  [[nodiscard]] const NetDeclaration& net(int id) const {
    return module_.nets()[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] int vertex(int net, int bit) const {
    return first_bit_[static_cast<std::size_t>(net)] + bit;
  }
  int new_vertex(const std::string& name) {
    names_.push_back(name);
    add_vertex(graph_);
    return static_cast<int>(names_.size()) - 1;
  }

  void add_assign(const Assign& assign) {
    const BitRange target = bits_of(module_, assign.target);
    int position = target.count;  // parts come most significant first
    for (const Part& part : assign.parts) {
      const auto* slice = std::get_if<Slice>(&part);
      if (slice == nullptr) {
        position -= std::get<Bits>(part).width();
        continue;
      }
      const BitRange source = bits_of(module_, *slice);
      position -= source.count;
      for (int i = std::max(0, -position); i < source.count; ++i) {
        add_edge(vertex(source.net, source.lsb + i), vertex(target.net, target.lsb + position + i),
                 graph_);
      }
    }
  }

  void add_instance(const Instance& instance, const ModulePaths& paths) {
    const std::vector<PortView> ports = ports_of(module_, instance);
    std::map<std::string, int> port_vertex;
    for (const PortView& port : ports) {
      port_vertex[port.name] = new_vertex(instance.name() + "." + port.name);
    }
    for (const Connection& connection : instance.connections()) {
      const PortView* port = find_port(ports, connection.port);
      if (port == nullptr) continue;
      const BitRange bits = bits_of(module_, connection.slice);
      for (int i = 0; i < bits.count; ++i) {
        const int bit = vertex(bits.net, bits.lsb + i);
        const int own = port_vertex[port->name];
        const bool is_input = port->direction == Direction::kInput;
        add_edge(is_input ? bit : own, is_input ? own : bit, graph_);
      }
    }
    const auto add_path = [&](const CombinationalPath& path) {
      add_edge(port_vertex.at(path.from), port_vertex.at(path.to), graph_);
    };
    if (instance.contract() != nullptr) {
      for (const CombinationalPath& path : instance.contract()->paths) add_path(path);
    } else if (const auto inner = paths.find(instance.module_name()); inner != paths.end()) {
      for (const CombinationalPath& path : inner->second) add_path(path);
    }
  }

  [[nodiscard]] std::set<int> reach(const std::vector<int>& start) const {
    std::set<int> reached;
    std::vector<int> open = start;
    while (!open.empty()) {
      const int at = open.back();
      open.pop_back();
      if (!reached.insert(at).second) continue;
      for (const auto& next : boost::make_iterator_range(out_edges(at, graph_))) {
        open.push_back(static_cast<int>(target(next, graph_)));
      }
    }
    return reached;
  }

  [[nodiscard]] std::vector<std::string> cycle_through(int start) const {
    std::map<int, int> came_from;
    std::vector<int> open{start};
    for (std::size_t i = 0; i < open.size(); ++i) {
      for (const auto& next : boost::make_iterator_range(out_edges(open[i], graph_))) {
        const int to = static_cast<int>(target(next, graph_));
        if (!came_from.emplace(to, open[i]).second) continue;
        open.push_back(to);
      }
    }
    std::vector<std::string> names{names_[static_cast<std::size_t>(start)]};
    for (int at = came_from.at(start); at != start; at = came_from.at(at)) {
      const std::string& name = names_[static_cast<std::size_t>(at)];
      if (name != names.back()) names.push_back(name);
    }
    names.push_back(names.front());
    std::reverse(names.begin(), names.end());
    return names;
  }

  const Module& module_;
  std::vector<int> first_bit_;      // of each net
  std::vector<std::string> names_;  // of each vertex
  Graph graph_;
};

}  // namespace

void check_loops(const Module& module, ModulePaths& paths, base::Problems& problems) {
  const FlowGraph flow(module, paths);
  if (const std::vector<std::string> cycle = flow.cycle(); !cycle.empty()) {
    problems.add("drc.combinational_loop", module.name(),
                 fmt::format("no register in the loop {}", fmt::join(cycle, " -> ")));
  }
  paths[module.name()] = flow.boundary_paths();
}

}  // namespace vqrom::netlist
