// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/lowering.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "sw/base/progress.h"
#include "sw/codebook/layers.h"
#include "sw/compress/quantisation.h"
#include "sw/compress/short_parameters.h"
#include "sw/model/weight_order.h"

namespace vqrom::compress {
namespace {

constexpr double kLargestFactor = 0x1p28;

MapShape map_shape(const base::Shape& shape) {
  VQROM_CHECK(shape.size() == 4 || shape.size() == 2, "shape {}", base::shape_text(shape));
  if (shape.size() == 2) return {1, 1, shape[1]};
  return {shape[2], shape[3], shape[1]};
}

// Model axes (batch, channels, height, width) or (batch, features) as height, width, channels.
std::array<std::int64_t, 3> map_axes(const std::vector<std::int64_t>& axes, std::int64_t absent) {
  if (axes.size() == 2) return {absent, absent, axes[1]};
  return {axes[2], axes[3], axes[1]};
}

// Text that any reader of the file can show, and that no other node has.
std::string unique_name(const std::string& name, std::set<std::string>& taken) {
  std::string clean = name.empty() ? "node" : name;
  for (char& c : clean) {
    if (c < ' ' || c > '~') c = '_';
  }
  std::string unique = clean;
  for (int copy = 2; !taken.insert(unique).second; ++copy)
    unique = fmt::format("{}_{}", clean, copy);
  return unique;
}

base::Multiplier factor_of(double factor) {
  return base::make_multiplier(std::min(factor, kLargestFactor));
}

class Lowering {
 public:
  Lowering(const model::Model& model, const Calibration& calibration,
           const std::vector<int>& codebook_layers, const codebook::Codebook& codebook,
           const LayerSolutions& solutions, Parameters parameters, const LayerCodebooks& layers)
      : model_(model),
        calibration_(calibration),
        quantisations_(choose_quantisations(model, calibration)),
        codebook_layers_(codebook_layers),
        codebook_(codebook),
        solutions_(solutions),
        parameters_(parameters),
        layers_(layers),
        progress_("compressing", std::ssize(model.nodes)) {}

  Lowered run() {
    QuantisedNetwork& network = lowered_.network;
    std::set<std::string> names;
    network.name = model_.name;
    for (int i = 0; i < std::ssize(model_.nodes); ++i) {
      node_ = i;
      const model::Node& node = model_.nodes[static_cast<std::size_t>(i)];
      if (std::holds_alternative<model::Softmax>(node.op) && i == model_.output) {
        place_[i] = place_.at(node.inputs.at(0));
        network.softmax_on_host = true;
        continue;
      }
      if (node.shape.size() == 2) (void)model::hardware_order(model_, node);  // refuses mixtures
      place_[i] = static_cast<int>(network.nodes.size());
      QNode made;
      made.name = unique_name(node.name, names);
      for (const int input : node.inputs) made.inputs.push_back(place_.at(input));
      made.shape = map_shape(node.shape);
      made.quantisation = quantisation(i);
      made.op = std::visit(*this, node.op);
      network.nodes.push_back(std::move(made));
      progress_.advance();
    }
    network.input = place_.at(model_.input);
    network.output = place_.at(model_.output);
    if (std::ranges::any_of(codebook_layers_, [&](int i) { return !has_own(i); })) {
      network.codebook_sha256 = codebook_.sha256;
      network.codebook_dimension = codebook_.dimension;
      network.index_bits = codebook_.index_bits();
    }
    return std::move(lowered_);
  }

  QOp operator()(const model::Input&) { return QInput{}; }
  QOp operator()(const model::Conv& conv) {
    QConv made;
    made.window = conv.window;
    made.groups = conv.groups;
    made.in_channels = conv.in_channels;
    made.out_channels = conv.out_channels;
    fill(made, conv.bias, conv.activation);
    return made;
  }
  QOp operator()(const model::Linear& linear) {
    QConv made;
    made.linear = true;
    made.in_channels = linear.in_features;
    made.out_channels = linear.out_features;
    fill(made, linear.bias, linear.activation);
    return made;
  }
  QOp operator()(const model::Add& add) {
    const Quantisation& out = quantisation(node_);
    const double a = quantisation(node().inputs.at(0)).scale / out.scale;
    const double b = quantisation(node().inputs.at(1)).scale / out.scale;
    const base::Multiplier larger = factor_of(std::max(a, b));
    const auto scaled = [&](double factor) {
      return static_cast<std::int32_t>(
          std::llround(std::ldexp(std::min(factor, kLargestFactor), larger.shift)));
    };
    QAdd made;
    made.multiplier_a = a >= b ? larger.multiplier : scaled(a);
    made.multiplier_b = b >= a ? larger.multiplier : scaled(b);
    made.shift = larger.shift;
    made.range = code_range(add.activation, out);
    return made;
  }
  QOp operator()(const model::Clamp& clamp) {
    return QClamp{code_range(clamp.activation, quantisation(node_))};
  }
  QOp operator()(const model::MaxPool& pool) { return QMaxPool{pool.window}; }
  QOp operator()(const model::AveragePool& pool) {
    const double ratio = quantisation(node().inputs.at(0)).scale / quantisation(node_).scale;
    const std::int64_t area = pool.window.kernel[0] * pool.window.kernel[1];
    QAveragePool made{pool.window, pool.count_include_pad, {}};
    for (std::int64_t n = pool.count_include_pad ? area : 1; n <= area; ++n) {
      made.multipliers.push_back(factor_of(ratio / static_cast<double>(n)));
    }
    return made;
  }
  QOp operator()(const model::Concat& concat) {
    if (concat.axis != 1) refuse(fmt::format("joins axis {}; must be 1 (channels)", concat.axis));
    return QConcat{};
  }
  QOp operator()(const model::Slice& slice) {
    if (std::ranges::min(slice.steps) < 1) refuse("has a step below 1");
    if (slice.starts[0] != 0) refuse("cuts the batch axis");
    return QSlice{map_axes(slice.starts, 0), map_axes(slice.steps, 1)};
  }
  QOp operator()(const model::Pad& pad) {
    if (pad.value != 0.0F) refuse(fmt::format("pads with {}; must be 0", pad.value));
    if (std::min(std::ranges::min(pad.before), std::ranges::min(pad.after)) < 0) {
      refuse("has negative padding");
    }
    if (pad.before[0] != 0 || pad.after[0] != 0) refuse("pads the batch axis");
    return QPad{map_axes(pad.before, 0), map_axes(pad.after, 0)};
  }
  QOp operator()(const model::Reshape&) {
    const model::Node& input = model_.nodes[static_cast<std::size_t>(node().inputs.at(0))];
    if (model::hardware_order(model_, input) != model::hardware_order(model_, node())) {
      refuse(
          fmt::format("turns {} into {}, which moves values in channel-last order; only "
                      "flattening, and back to the same map, does not",
                      base::shape_text(input.shape), base::shape_text(node().shape)));
    }
    return QReshape{};
  }
  QOp operator()(const model::Curve& curve) {
    return table_of(curve, quantisation(node().inputs.at(0)), quantisation(node_));
  }
  QOp operator()(const model::Softmax&) {
    refuse("is not the last operator; only there the host can run it");
  }

 private:
  [[nodiscard]] const model::Node& node() const {
    return model_.nodes[static_cast<std::size_t>(node_)];
  }
  [[nodiscard]] const Quantisation& quantisation(int node) const {
    return quantisations_[static_cast<std::size_t>(node)];
  }
  [[noreturn]] void refuse(std::string why) const {
    throw base::UserError("compress.operator",
                          fmt::format("{}: node '{}'", model_.name, node().name),
                          fmt::format("{} {}", model::op_name(node().op), why));
  }

  // Whether the layer has codewords of its own, of which the file holds no codebook.
  [[nodiscard]] bool has_own(int node) const {
    const auto found = layers_.find(node);
    return found != layers_.end() && !found->second.subset;
  }

  void fill(QConv& conv, const std::vector<float>& bias, const model::Activation& activation) {
    const auto found = solutions_.find(node_);
    const LayerSolution* given = found == solutions_.end() ? nullptr : &found->second;
    const std::vector<float> real = given != nullptr && !given->weights.empty()
                                        ? given->weights
                                        : model::hardware_order_weights(model_, node());
    const std::vector<float>& real_bias = given != nullptr ? given->bias : bias;
    const LayerWeights layer{real, conv.out_channels, conv.window.kernel[0] * conv.window.kernel[1],
                             conv.in_per_group()};
    const bool coded = std::ranges::find(codebook_layers_, node_) != codebook_layers_.end();
    const bool own = coded && has_own(node_);
    const codebook::Codebook& codebook = codebook_of(layers_, node_, codebook_);
    conv.store = coded && !own ? WeightStore::kCodebook : WeightStore::kDense;
    if (coded && layers_.contains(node_)) conv.subset = layers_.at(node_).subset;
    const Quantisation& in = quantisation(node().inputs.at(0));
    const Quantisation& out = quantisation(node_);
    const std::vector<double> smallest = smallest_scales(real_bias, in, out);
    Assignment assigned = !coded             ? assign_dense(layer, smallest)
                          : given == nullptr ? CodebookAssigner(codebook).assign(layer, smallest)
                                             : CodebookAssigner(codebook).take(
                                                   layer, given->indices, given->scales, smallest);
    const std::vector<double> means = input_means();
    for (std::int64_t o = 0; o < layer.channels; ++o) {
      const auto at = static_cast<std::size_t>(o);
      const double unit = in.scale * assigned.scales[at];  // of one accumulator step
      std::int64_t sum = 0;
      for (std::int64_t i = 0; i < layer.per_channel(); ++i) {
        sum += assigned.weights[static_cast<std::size_t>(o * layer.per_channel() + i)];
      }
      const double corrected =
          real_bias[at] + (given != nullptr ? 0.0 : mean_error(layer, assigned, means, conv, o));
      const std::int64_t integer = std::llround(corrected / unit) - in.zero_point * sum;
      if (!std::in_range<std::int32_t>(integer)) {
        throw base::UserError("compress.overflow",
                              fmt::format("{}: node '{}'", model_.name, node().name),
                              fmt::format("the bias of output channel {} becomes {}, which 32 bits "
                                          "do not hold: the layer sums too many products ({})",
                                          o, integer, layer.per_channel()));
      }
      conv.bias.push_back(static_cast<std::int32_t>(integer));
      conv.multipliers.push_back(factor_of(unit / out.scale));
    }
    conv.range = code_range(activation, out);
    lowered_.layers.push_back(
        {assigned.error, codebook::suits_codewords(node(), codebook_.dimension)});
    if (own) {
      lowered_.layers.back().own_bits = codebook.index_bits();
      lowered_.layers.back().own_index_bits = std::ssize(assigned.indices) * codebook.index_bits();
      lowered_.layers.back().own_codebook_bits = codebook.rom_bits();
    }
    if (conv.store == WeightStore::kCodebook) conv.indices = std::move(assigned.indices);
    if (conv.store == WeightStore::kDense) conv.weights = std::move(assigned.weights);
    if (parameters_ == Parameters::kShort) shorten(conv);
  }

  // The mean of each input channel in hardware order.
  [[nodiscard]] std::vector<double> input_means() const {
    const auto at = static_cast<std::size_t>(node().inputs.at(0));
    const std::vector<double>& means = calibration_.channel_means[at];
    if (model_.nodes[at].shape.size() == 4) return means;
    std::vector<double> ordered;
    for (const std::int64_t feature : model::hardware_order(model_, model_.nodes[at])) {
      ordered.push_back(means[static_cast<std::size_t>(feature)]);
    }
    return ordered;
  }

  // Sum of (w - w') * mean input over the taps of output channel o: what the channel lacks on
  // average when its weights are w' (Nagel et al. 2019, "Data-free quantization", section 4.2).
  [[nodiscard]] double mean_error(const LayerWeights& layer, const Assignment& assigned,
                                  std::span<const double> means, const QConv& conv,
                                  std::int64_t o) const {
    const std::int64_t first = o / (conv.out_channels / conv.groups) * layer.in;
    double error = 0.0;
    for (std::int64_t i = 0; i < layer.per_channel(); ++i) {
      const auto at = static_cast<std::size_t>(o * layer.per_channel() + i);
      const double lost =
          layer.values[at] - assigned.scales[static_cast<std::size_t>(o)] * assigned.weights[at];
      error += lost * means[static_cast<std::size_t>(first + i % layer.in)];
    }
    return error;
  }

  const model::Model& model_;
  const Calibration& calibration_;
  std::vector<Quantisation> quantisations_;
  const std::vector<int>& codebook_layers_;
  const codebook::Codebook& codebook_;
  const LayerSolutions& solutions_;
  Parameters parameters_;
  const LayerCodebooks& layers_;
  base::Progress progress_;
  Lowered lowered_;
  std::map<int, int> place_;  // of model nodes in the lowered network
  int node_ = 0;
};

}  // namespace

std::vector<double> smallest_scales(std::span<const float> bias, const Quantisation& in,
                                    const Quantisation& out) {
  std::vector<double> scales;
  for (const float b : bias) {
    scales.push_back(
        std::max(std::abs(double{b}) * 0x1p-28 / in.scale, 0x1p-31 * out.scale / in.scale));
  }
  return scales;
}

Lowered lower(const model::Model& model, const Calibration& calibration,
              const std::vector<int>& codebook_layers, const codebook::Codebook& codebook,
              const LayerSolutions& solutions, Parameters parameters,
              const LayerCodebooks& layers) {
  return Lowering(model, calibration, codebook_layers, codebook, solutions, parameters, layers)
      .run();
}

}  // namespace vqrom::compress
