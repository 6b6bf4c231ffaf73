// SPDX-License-Identifier: Apache-2.0
#include "sw/model/import.h"

#include <algorithm>
#include <map>
#include <set>

#include "sw/base/error.h"
#include "sw/base/file.h"
#include "sw/model/onnx/constant_fold.h"
#include "sw/model/onnx/lowerings.h"

namespace vqrom::model {
namespace {

using Lower = void (*)(Builder&, const RawNode&);

const std::map<std::string, Lower>& lowerings() {
  static const std::map<std::string, Lower> kLowerings = {
      {"Add", lower_add},
      {"AveragePool", lower_average_pool},
      {"BatchNormalization", lower_batch_normalization},
      {"Cast", lower_cast},
      {"Clip", lower_clip},
      {"Concat", lower_concat},
      {"Conv", lower_conv},
      {"Dropout", lower_identity},
      {"Elu", lower_elu},
      {"Flatten", lower_flatten},
      {"Gemm", lower_gemm},
      {"GlobalAveragePool", lower_global_average_pool},
      {"HardSigmoid", lower_hard_sigmoid},
      {"HardSwish", lower_hard_swish},
      {"Identity", lower_identity},
      {"LeakyRelu", lower_leaky_relu},
      {"MatMul", lower_matmul},
      {"MaxPool", lower_max_pool},
      {"Mul", lower_mul},
      {"Pad", lower_pad},
      {"ReduceMean", lower_reduce_mean},
      {"Relu", lower_relu},
      {"Reshape", lower_reshape},
      {"Shape", lower_shape},
      {"Sigmoid", lower_sigmoid},
      {"Slice", lower_slice},
      {"Softmax", lower_softmax},
      {"Squeeze", lower_squeeze},
      {"Tanh", lower_tanh},
      {"Transpose", lower_transpose},
      {"Unsqueeze", lower_unsqueeze},
  };
  return kLowerings;
}

std::string supported_operators() {
  std::string constant_only;
  for (const std::string& name : foldable_operators()) {
    if (!lowerings().contains(name)) constant_only += (constant_only.empty() ? "" : ", ") + name;
  }
  std::string list;
  for (const auto& [name, lower] : lowerings()) list += name + ", ";
  return fmt::format("{}and on constants {}", list, constant_only);
}

// Lowers the nodes of one graph in order. A node that fails, or reads what a failed node would have
// made, is left out, so that one run tells all problems that do not follow from others.
class Importer {
 public:
  Importer(const RawGraph& graph, std::string_view place)
      : graph_(graph), place_(place), builder_(graph, place) {}

  Model run() {
    for (const RawNode& node : graph_.nodes) {
      if (!lower_node(node)) failed_.insert(node.outputs.begin(), node.outputs.end());
    }
    report_unsupported();
    problems_.throw_if_any();
    return builder_.finish();
  }

 private:
  void add(std::string code, std::string message) {
    if (problems_.all().size() < kMostProblems) {
      problems_.add(std::move(code), place_, std::move(message));
    }
  }

  bool lower_node(const RawNode& node) {
    if (!lowerings().contains(node.op) && !is_foldable(node.op)) {
      unsupported_[node.op].push_back(node.name);
      return false;
    }
    const bool reads_failed = std::any_of(node.inputs.begin(), node.inputs.end(),
                                          [&](const auto& name) { return failed_.contains(name); });
    if (reads_failed) return false;
    try {
      lower_sound_node(node);
      return true;
    } catch (const base::UserError& error) {
      for (const base::Problem& problem : error.problems()) add(problem.code, problem.message);
      return false;
    }
  }

  void lower_sound_node(const RawNode& node) {
    for (std::size_t i = 1; i < node.outputs.size(); ++i) {
      if (node.outputs[i].empty() || !builder_.is_read(node.outputs[i])) continue;
      fail(node, "onnx.graph", fmt::format("its output {} is used; only the first may be", i));
    }
    bool all_constant = true;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.has_input(i)) all_constant = all_constant && builder_.is_constant(node, i);
    }
    if (all_constant && is_foldable(node.op)) {
      std::vector<const Constant*> inputs;
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        inputs.push_back(builder_.constant(node, i));
      }
      return builder_.bind(node, fold_constant(node, inputs));
    }
    const auto lower = lowerings().find(node.op);
    if (lower == lowerings().end()) {
      fail(node, "onnx.operator",
           "is supported only on constants, as in computed shapes; it reads a tensor that depends "
           "on the network's input");
    }
    lower->second(builder_, node);
  }

  void report_unsupported() {
    for (const auto& [op, nodes] : unsupported_) {
      const std::string more =
          nodes.size() > 1 ? fmt::format(" and {} more", nodes.size() - 1) : "";
      add("onnx.operator",
          fmt::format("operator {} (node '{}'{}) is not supported; supported are {}", op, nodes[0],
                      more, supported_operators()));
    }
  }

  const RawGraph& graph_;
  std::string place_;
  Builder builder_;
  base::Problems problems_;
  std::set<std::string> failed_;
  std::map<std::string, std::vector<std::string>> unsupported_;
};

}  // namespace

Model parse_onnx(std::string_view bytes, std::string_view name) {
  const RawGraph graph = read_raw_graph(bytes, name);
  try {
    Model model = Importer(graph, name).run();
    model.name = std::filesystem::path(name).stem().string();
    return model;
  } catch (const base::UserError& error) {
    rethrow_with_place(error, name);
  }
}

Model import_onnx(const std::filesystem::path& path) {
  return parse_onnx(base::read_file(path), path.string());
}

}  // namespace vqrom::model
