// SPDX-License-Identifier: Apache-2.0
#include "sw/train/losses.h"

#include <algorithm>

namespace vqrom::train {
namespace {

using torch::Tensor;

constexpr double kSmallestVariance = 1e-12;

Tensor relative_error(const Tensor& student, const Tensor& teacher) {
  const Tensor scale = teacher.var(false).clamp_min(kSmallestVariance);
  return torch::mse_loss(student, teacher) / scale;
}

}  // namespace

int last_node(const model::Model& model) {
  const model::Node& output = model.nodes[static_cast<std::size_t>(model.output)];
  return std::holds_alternative<model::Softmax>(output.op) ? output.inputs.at(0) : model.output;
}

std::vector<int> distilled_nodes(const model::Model& model) {
  std::vector<int> joins;
  std::vector<int> layers;
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    if (i == last_node(model)) continue;
    const model::Op& op = model.nodes[static_cast<std::size_t>(i)].op;
    if (std::holds_alternative<model::Add>(op) || std::holds_alternative<model::Concat>(op)) {
      joins.push_back(i);
    }
    if (std::holds_alternative<model::Conv>(op) || std::holds_alternative<model::Linear>(op)) {
      layers.push_back(i);
    }
  }
  return joins.empty() ? layers : joins;
}

Tensor block_loss(const std::vector<int>& nodes, const std::vector<Tensor>& student,
                  const std::vector<Tensor>& teacher) {
  Tensor sum = torch::zeros({});
  for (const int node : nodes) {
    const auto at = static_cast<std::size_t>(node);
    sum = sum + relative_error(student[at], teacher[at]);
  }
  return nodes.empty() ? sum : sum / static_cast<double>(nodes.size());
}

Tensor output_loss(const Tensor& student, const Tensor& teacher, OutputLoss kind,
                   double temperature) {
  if (kind == OutputLoss::kValues) return relative_error(student, teacher);
  const Tensor target = torch::softmax(teacher.flatten(1) / temperature, 1);
  const Tensor logs = torch::log_softmax(student.flatten(1) / temperature, 1);
  const Tensor divergence = torch::kl_div(logs, target, at::Reduction::Sum);
  return divergence * (temperature * temperature / static_cast<double>(student.size(0)));
}

Tensor task_loss(const Tensor& logits, const Tensor& labels) {
  return torch::nll_loss(torch::log_softmax(logits.flatten(1), 1), labels);
}

}  // namespace vqrom::train
