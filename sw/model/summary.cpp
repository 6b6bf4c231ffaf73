// SPDX-License-Identifier: Apache-2.0
#include "sw/model/summary.h"

#include <algorithm>
#include <cmath>

#include "sw/model/curve.h"

namespace vqrom::model {
namespace {

using Words = std::vector<std::string>;

std::string pair_text(const std::array<std::int64_t, 2>& pair) {
  return pair[0] == pair[1] ? fmt::format("{}", pair[0]) : fmt::format("{}x{}", pair[0], pair[1]);
}

std::string window_text(const Window& window) {
  std::string text = fmt::format("{}x{}", window.kernel[0], window.kernel[1]);
  const std::array<std::int64_t, 2> ones{1, 1};
  if (window.stride != ones) text += fmt::format(" /{}", pair_text(window.stride));
  if (window.dilation != ones) text += fmt::format(" dilated {}", pair_text(window.dilation));
  return text;
}

void add_activation(Words& words, const Activation& activation) {
  if (activation == Activation{}) return;
  if (activation.low == 0.0F && std::isinf(activation.high)) {
    words.push_back("relu");
  } else if (activation == Activation{0.0F, 6.0F}) {
    words.push_back("relu6");
  } else {
    words.push_back(fmt::format("clip {} to {}", activation.low, activation.high));
  }
}

struct Describe {
  Words operator()(const Conv& op) const {
    Words words = {window_text(op.window)};
    if (op.groups == op.in_channels && op.groups > 1) {
      words.push_back("depthwise");
    } else if (op.groups > 1) {
      words.push_back(fmt::format("{} groups", op.groups));
    }
    add_activation(words, op.activation);
    return words;
  }
  Words operator()(const MaxPool& op) const { return {window_text(op.window)}; }
  Words operator()(const AveragePool& op) const { return {window_text(op.window)}; }
  Words operator()(const Concat& op) const { return {fmt::format("axis {}", op.axis)}; }
  Words operator()(const Curve& op) const {
    Words words = {std::string(curve_name(op.kind))};
    const bool hard = op.kind == CurveKind::kHardSigmoid || op.kind == CurveKind::kHardSwish;
    const bool has_alpha = hard || op.kind == CurveKind::kLeakyRelu || op.kind == CurveKind::kElu;
    if (has_alpha) words.push_back(fmt::format("alpha {}", op.alpha));
    if (hard) words.push_back(fmt::format("beta {}", op.beta));
    return words;
  }
  Words operator()(const Softmax&) const { return {"on the host"}; }
  template <typename T>
  Words operator()(const T& op) const {
    Words words;
    if constexpr (requires { op.activation; }) add_activation(words, op.activation);
    return words;
  }
};

// 1234567 as "1,234,567"; "" for 0.
std::string count_text(std::int64_t count) {
  if (count == 0) return "";
  std::string digits = fmt::format("{}", count);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

const Node& node_at(const Model& model, int index) {
  return model.nodes.at(static_cast<std::size_t>(index));
}

}  // namespace

Totals totals(const Model& model) {
  Totals sum;
  for (const Node& node : model.nodes) {
    if (parameter_count(node) > 0) ++sum.weight_layers;
    sum.parameters += parameter_count(node);
    sum.macs += mac_count(node);
  }
  return sum;
}

std::string op_detail(const Op& op) {
  return fmt::format("{}", fmt::join(std::visit(Describe{}, op), ", "));
}

std::string layer_table(const Model& model) {
  std::vector<std::array<std::string, 6>> rows = {
      {"layer", "operator", "detail", "output", "parameters", "MACs"}};
  for (const Node& node : model.nodes) {
    rows.push_back({node.name, op_name(node.op), op_detail(node.op), base::shape_text(node.shape),
                    count_text(parameter_count(node)), count_text(mac_count(node))});
  }
  const Totals sum = totals(model);
  rows.push_back({"total", fmt::format("{} with weights", sum.weight_layers), "", "",
                  count_text(sum.parameters), count_text(sum.macs)});

  std::array<std::size_t, 6> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::size_t total_width = 2 * (widths.size() - 1);
  for (const std::size_t width : widths) total_width += width;
  const std::string rule = fmt::format("{:-<{}}\n", "", total_width);

  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    if (r == 1 || r + 1 == rows.size()) text += rule;
    std::string line = fmt::format("{:<{}}  {:<{}}  {:<{}}  {:<{}}  {:>{}}  {:>{}}", row[0],
                                   widths[0], row[1], widths[1], row[2], widths[2], row[3],
                                   widths[3], row[4], widths[4], row[5], widths[5]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

base::Json summary_json(const Model& model) {
  base::Json layers = base::Json::array();
  for (const Node& node : model.nodes) {
    layers.push_back({{"name", node.name},
                      {"op", op_name(node.op)},
                      {"detail", op_detail(node.op)},
                      {"shape", node.shape},
                      {"parameters", parameter_count(node)},
                      {"macs", mac_count(node)}});
  }
  const Totals sum = totals(model);
  return {
      {"network", model.name},
      {"input", node_at(model, model.input).shape},
      {"output", node_at(model, model.output).shape},
      {"layers", layers},
      {"totals",
       {{"weight_layers", sum.weight_layers}, {"parameters", sum.parameters}, {"macs", sum.macs}}}};
}

}  // namespace vqrom::model
