// SPDX-License-Identifier: Apache-2.0
// read_raw_graph — protobuf to RawGraph: what the output needs, checked to be a graph.
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "sw/model/onnx/raw_graph.h"
#include "sw/model/onnx/tensor_proto.h"

namespace vqrom::model {
namespace {

std::string operator_name(const onnx::NodeProto& node) {
  const bool own = node.domain().empty() || node.domain() == "ai.onnx";
  return printable(own ? node.op_type() : node.domain() + "." + node.op_type());
}

// Empty for kinds of attribute that no supported operator has.
std::optional<Attribute> attribute_from(const onnx::AttributeProto& attribute) {
  switch (attribute.type()) {
    case onnx::AttributeProto::INT:
      return attribute.i();
    case onnx::AttributeProto::FLOAT:
      return attribute.f();
    case onnx::AttributeProto::STRING:
      return attribute.s();
    case onnx::AttributeProto::INTS:
      return Ints(attribute.ints().begin(), attribute.ints().end());
    case onnx::AttributeProto::FLOATS:
      return Floats(attribute.floats().begin(), attribute.floats().end());
    case onnx::AttributeProto::TENSOR:
      return constant_from(attribute.t());
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  Reader(std::string_view bytes, std::string_view place) : place_(place) {
    const bool parsed = bytes.size() <= std::numeric_limits<int>::max() &&
                        proto_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    if (!parsed) add("onnx.format", "is not an ONNX file, or is truncated");
    if (parsed && !proto_.has_graph()) add("onnx.format", "is not an ONNX file: it has no graph");
    problems_.throw_if_any();
  }

  RawGraph read() {
    read_opset();
    index_tensors();
    read_output();
    problems_.throw_if_any();
    find_live_nodes();
    read_input();
    check_order();
    problems_.throw_if_any();
    convert();
    problems_.throw_if_any();
    return std::move(graph_);
  }

 private:
  void add(std::string code, std::string message) {
    if (problems_.all().size() < kMostProblems)
      problems_.add(std::move(code), place_, std::move(message));
  }

  // Runs `body` and keeps its problems, with the place and the `where` that it could not know.
  template <typename Body>
  void collect(const std::string& where, const Body& body) {
    try {
      body();
    } catch (const base::UserError& error) {
      for (const base::Problem& problem : error.problems()) {
        add(problem.code, where + problem.message);
      }
    }
  }

  void read_opset() {
    graph_.opset = 0;
    for (const auto& opset : proto_.opset_import()) {
      if (opset.domain().empty() || opset.domain() == "ai.onnx") graph_.opset = opset.version();
    }
    if (graph_.opset < kOldestOpset || graph_.opset > kNewestOpset) {
      add("onnx.opset", fmt::format("uses operator set {}; must be {} to {}", graph_.opset,
                                    kOldestOpset, kNewestOpset));
    }
  }

  // Which node or initialiser makes each tensor.
  void index_tensors() {
    const onnx::GraphProto& graph = proto_.graph();
    for (const auto& tensor : graph.initializer()) {
      if (!initialisers_.emplace(tensor.name(), &tensor).second) made_twice(tensor.name());
    }
    for (int i = 0; i < graph.node_size(); ++i) {
      for (const std::string& output : graph.node(i).output()) {
        if (output.empty()) continue;
        if (initialisers_.contains(output) || !makers_.emplace(output, i).second) {
          made_twice(output);
        }
      }
    }
    // Before IR version 4 the initialisers are listed among the inputs.
    for (const auto& input : graph.input()) {
      if (initialisers_.contains(input.name())) continue;
      if (makers_.contains(input.name()) || !inputs_.emplace(input.name(), &input).second) {
        made_twice(input.name());
      }
    }
  }

  void made_twice(const std::string& tensor) {
    add("onnx.graph", fmt::format("tensor '{}' is made twice", printable(tensor)));
  }

  void read_output() {
    const onnx::GraphProto& graph = proto_.graph();
    if (graph.output_size() != 1) {
      add("onnx.graph", fmt::format("has {} outputs; must have one", graph.output_size()));
      return;
    }
    output_ = graph.output(0).name();
    graph_.output = printable(output_);
    if (!makers_.contains(output_)) {
      add("onnx.graph", fmt::format("no node makes the output '{}'", graph_.output));
    }
  }

  void find_live_nodes() {
    live_.assign(static_cast<std::size_t>(proto_.graph().node_size()), false);
    std::vector<int> work;
    const auto visit = [&](const std::string& tensor) {
      used_.insert(tensor);
      const auto maker = makers_.find(tensor);
      if (maker == makers_.end() || live_[static_cast<std::size_t>(maker->second)]) return;
      live_[static_cast<std::size_t>(maker->second)] = true;
      work.push_back(maker->second);
    };
    visit(output_);
    while (!work.empty()) {
      const int node = work.back();
      work.pop_back();
      for (const std::string& input : proto_.graph().node(node).input()) visit(input);
    }
  }

  void read_input() {
    std::vector<const onnx::ValueInfoProto*> variable;
    for (const auto& input : proto_.graph().input()) {
      const bool is_initialiser = initialisers_.contains(input.name());
      if (!is_initialiser && used_.contains(input.name())) variable.push_back(&input);
    }
    if (variable.size() != 1) {
      add("onnx.graph",
          fmt::format("has {} inputs that its output depends on; must have one", variable.size()));
      return;
    }
    graph_.input = printable(variable[0]->name());
    read_input_shape(variable[0]->type());
  }

  void read_input_shape(const onnx::TypeProto& type) {
    const auto bad = [&](std::string message) {
      add("onnx.shape", fmt::format("input '{}' {}", graph_.input, message));
    };
    const auto& tensor = type.tensor_type();
    const bool floats = tensor.elem_type() == onnx::TensorProto::FLOAT ||
                        tensor.elem_type() == onnx::TensorProto::FLOAT16;
    if (!type.has_tensor_type() || !floats || !tensor.has_shape()) {
      return bad("must be a tensor of float or float16 with a shape");
    }
    for (int axis = 0; axis < tensor.shape().dim_size(); ++axis) {
      const auto& dim = tensor.shape().dim(axis);
      const bool dynamic = !dim.has_dim_value() || dim.dim_value() <= 0;
      if (dynamic && axis > 0) {
        bad(fmt::format("has the dynamic extent '{}' on axis {}; must be static",
                        printable(dim.dim_param()), axis));
      }
      graph_.input_shape.push_back(dynamic ? 1 : dim.dim_value());
    }
    if (graph_.input_shape.empty() || graph_.input_shape[0] != 1) {
      bad(fmt::format("has shape {}; its batch must be 1 or dynamic",
                      base::shape_text(graph_.input_shape)));
    }
  }

  // ONNX demands topological order, so a cycle shows as a tensor that is read before it is made.
  void check_order() {
    std::unordered_set<std::string_view> made;
    for (int i = 0; i < proto_.graph().node_size(); ++i) {
      if (!live_[static_cast<std::size_t>(i)]) continue;
      const onnx::NodeProto& node = proto_.graph().node(i);
      for (const std::string& input : node.input()) {
        if (input.empty() || made.contains(input) || initialisers_.contains(input) ||
            inputs_.contains(input)) {
          continue;
        }
        add("onnx.graph",
            fmt::format("{} '{}' reads tensor '{}', {}", operator_name(node), node_name(node),
                        printable(input),
                        makers_.contains(input)
                            ? "which is made only later: the graph has a cycle or is not in order"
                            : "which nothing makes"));
      }
      made.insert(node.output().begin(), node.output().end());
    }
  }

  static std::string node_name(const onnx::NodeProto& node) {
    if (!node.name().empty()) return printable(node.name());
    return node.output_size() > 0 ? printable(node.output(0)) : "";
  }

  void convert() {
    for (int i = 0; i < proto_.graph().node_size(); ++i) {
      if (live_[static_cast<std::size_t>(i)]) convert_node(proto_.graph().node(i));
    }
    for (const auto& tensor : proto_.graph().initializer()) {
      if (!used_.contains(tensor.name())) continue;
      collect("",
              [&] { graph_.constants.emplace(printable(tensor.name()), constant_from(tensor)); });
    }
  }

  void convert_node(const onnx::NodeProto& proto) {
    RawNode node;
    node.op = operator_name(proto);
    node.name = node_name(proto);
    for (const std::string& input : proto.input()) node.inputs.push_back(printable(input));
    for (const std::string& output : proto.output()) node.outputs.push_back(printable(output));
    for (const auto& attribute : proto.attribute()) {
      collect(fmt::format("{} '{}': ", node.op, node.name), [&] {
        if (auto value = attribute_from(attribute)) {
          node.attributes.emplace(attribute.name(), std::move(*value));
        }
      });
    }
    graph_.nodes.push_back(std::move(node));
  }

  std::string place_;
  onnx::ModelProto proto_;
  base::Problems problems_;
  RawGraph graph_;
  std::string output_;
  std::unordered_map<std::string, const onnx::TensorProto*> initialisers_;
  std::unordered_map<std::string, const onnx::ValueInfoProto*> inputs_;
  std::unordered_map<std::string, int> makers_;
  std::unordered_set<std::string> used_;
  std::vector<bool> live_;
};

}  // namespace

RawGraph read_raw_graph(std::string_view bytes, std::string_view place) {
  return Reader(bytes, place).read();
}

}  // namespace vqrom::model
