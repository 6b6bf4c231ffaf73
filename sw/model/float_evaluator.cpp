// SPDX-License-Identifier: Apache-2.0
#include "sw/model/float_evaluator.h"

#include <algorithm>
#include <cmath>

#include <cblas.h>

#include "sw/base/error.h"
#include "sw/model/curve.h"
#include "sw/model/float_kernels.h"

namespace vqrom::model {
namespace {

using Values = std::vector<float>;

// BLAS must not start threads of its own: the callers' loops over images already use every core.
void use_one_blas_thread() {
  static const bool done = [] {
    openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

void softmax(std::span<const float> in, std::span<float> out) {
  const float largest = *std::max_element(in.begin(), in.end());
  float sum = 0.0F;
  for (std::size_t i = 0; i < in.size(); ++i) {
    out[i] = std::exp(in[i] - largest);
    sum += out[i];
  }
  for (float& value : out) value /= sum;
}

// Runs one node; inputs(k) is the value of its k-th input.
class NodeRunner {
 public:
  NodeRunner(const Model& model, const Node& node, const std::vector<Values>& values)
      : model_(model), node_(node), values_(values) {}

  Values run() {
    output_.resize(static_cast<std::size_t>(base::element_count(node_.shape)));
    std::visit([this](const auto& op) { (*this)(op); }, node_.op);
    return std::move(output_);
  }

  void operator()(const Input&) { VQROM_CHECK(false, "an Input has no inputs"); }
  void operator()(const Conv& op) {
    convolve(op, {input(0), shape(0)}, {output_, node_.shape});
    clamp(output_, op.activation);
  }
  void operator()(const Linear& op) {
    std::copy(op.bias.begin(), op.bias.end(), output_.begin());
    const auto rows = static_cast<int>(op.out_features);
    const auto columns = static_cast<int>(op.in_features);
    cblas_sgemv(CblasRowMajor, CblasNoTrans, rows, columns, 1.0F, op.weights.data(), columns,
                input(0).data(), 1, 1.0F, output_.data(), 1);
    clamp(output_, op.activation);
  }
  void operator()(const Add& op) {
    const Values& a = input(0);
    const Values& b = input(1);
    for (std::size_t i = 0; i < output_.size(); ++i) output_[i] = a[i] + b[i];
    clamp(output_, op.activation);
  }
  void operator()(const Clamp& op) {
    output_ = input(0);
    clamp(output_, op.activation);
  }
  void operator()(const MaxPool& op) {
    pool_maximum(op, {input(0), shape(0)}, {output_, node_.shape});
  }
  void operator()(const AveragePool& op) {
    pool_average(op, {input(0), shape(0)}, {output_, node_.shape});
  }
  void operator()(const Concat& op) {
    std::vector<MapIn> inputs;
    for (std::size_t k = 0; k < node_.inputs.size(); ++k) inputs.push_back({input(k), shape(k)});
    concatenate(inputs, static_cast<std::size_t>(op.axis), {output_, node_.shape});
  }
  void operator()(const Slice& op) { take_slice(op, {input(0), shape(0)}, {output_, node_.shape}); }
  void operator()(const Pad& op) { pad(op, {input(0), shape(0)}, {output_, node_.shape}); }
  void operator()(const Reshape&) { output_ = input(0); }
  void operator()(const Curve& op) {
    std::ranges::transform(input(0), output_.begin(),
                           [&](float x) { return static_cast<float>(curve_value(op, x)); });
  }
  void operator()(const Softmax&) { softmax(input(0), output_); }

 private:
  [[nodiscard]] const Values& input(std::size_t k) const {
    return values_[static_cast<std::size_t>(node_.inputs.at(k))];
  }
  [[nodiscard]] const Shape& shape(std::size_t k) const {
    return model_.nodes[static_cast<std::size_t>(node_.inputs.at(k))].shape;
  }

  const Model& model_;
  const Node& node_;
  const std::vector<Values>& values_;
  Values output_;
};

void check_input(const Model& model, std::span<const float> input) {
  const Shape& shape = model.nodes.at(static_cast<std::size_t>(model.input)).shape;
  VQROM_CHECK(std::cmp_equal(input.size(), base::element_count(shape)), "{} values for input {}",
              input.size(), base::shape_text(shape));
}

// The last node that reads each node's output, itself if none does.
std::vector<std::size_t> last_readers(const Model& model) {
  std::vector<std::size_t> last(model.nodes.size());
  for (std::size_t i = 0; i < last.size(); ++i) {
    last[i] = i;
    for (const int input : model.nodes[i].inputs) last[static_cast<std::size_t>(input)] = i;
  }
  return last;
}

}  // namespace

FloatEvaluator::FloatEvaluator(const Model& model) : model_(model) {
  use_one_blas_thread();
}

std::vector<std::vector<float>> FloatEvaluator::run_all(std::span<const float> input) const {
  check_input(model_, input);
  std::vector<Values> values(model_.nodes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Node& node = model_.nodes[i];
    values[i] = std::holds_alternative<Input>(node.op) ? Values(input.begin(), input.end())
                                                       : NodeRunner(model_, node, values).run();
  }
  return values;
}

std::vector<float> FloatEvaluator::run_node(int node, const std::vector<Values>& values) const {
  return NodeRunner(model_, model_.nodes.at(static_cast<std::size_t>(node)), values).run();
}

std::vector<float> FloatEvaluator::run(std::span<const float> input) const {
  check_input(model_, input);
  const std::vector<std::size_t> last = last_readers(model_);
  std::vector<Values> values(model_.nodes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Node& node = model_.nodes[i];
    values[i] = std::holds_alternative<Input>(node.op) ? Values(input.begin(), input.end())
                                                       : NodeRunner(model_, node, values).run();
    if (std::cmp_equal(i, model_.output)) return std::move(values[i]);
    for (const int read : node.inputs) {
      const auto k = static_cast<std::size_t>(read);
      if (last[k] == i) values[k] = Values();
    }
  }
  VQROM_CHECK(false, "the model has no node {}", model_.output);
  return {};
}

}  // namespace vqrom::model
