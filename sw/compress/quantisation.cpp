// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/quantisation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "sw/model/curve.h"

namespace vqrom::compress {
namespace {

constexpr int kSteps = 128;  // candidates for each end of a range
constexpr double kCodes = 255.0;

bool moves_codes(const model::Op& op) {
  return std::holds_alternative<model::MaxPool>(op) || std::holds_alternative<model::Concat>(op) ||
         std::holds_alternative<model::Slice>(op) || std::holds_alternative<model::Pad>(op) ||
         std::holds_alternative<model::Reshape>(op) || std::holds_alternative<model::Clamp>(op);
}

// What values past one end of a range cost, for each candidate end at (i + 1) / kSteps of the way
// from zero to the extreme.
struct Tail {
  std::array<double, kSteps> cost{};
  std::array<double, kSteps> count{};
};

Tail tail_costs(const std::vector<Histogram::Bin>& bins, double extreme) {
  Tail tail;
  for (int i = 0; i < kSteps; ++i) {
    const double end = extreme * (i + 1) / kSteps;
    for (const Histogram::Bin& bin : bins) {
      const double beyond = extreme > 0.0 ? bin.center - end : end - bin.center;
      if (beyond <= 0.0) continue;
      tail.cost[static_cast<std::size_t>(i)] += bin.count * beyond * beyond;
      tail.count[static_cast<std::size_t>(i)] += bin.count;
    }
  }
  return tail;
}

Quantisation quantisation_of(double low, double high) {
  if (!(high > low)) return {1.0, 0};
  const double scale = (high - low) / kCodes;
  const double zero = std::clamp(std::nearbyint(-128.0 - low / scale), -128.0, 127.0);
  return {scale, static_cast<std::int32_t>(zero)};
}

// The output, or what a Softmax on the host makes it from.
int last_on_accelerator(const model::Model& model) {
  const model::Node& output = model.nodes[static_cast<std::size_t>(model.output)];
  return std::holds_alternative<model::Softmax>(output.op) ? output.inputs.at(0) : model.output;
}

// Clamps feed on values that they then cut off: only what leaves them counts.
bool feeds_only_clamps(const model::Model& model, int node) {
  bool feeds = false;
  for (const model::Node& reader : model.nodes) {
    if (std::ranges::find(reader.inputs, node) == reader.inputs.end()) continue;
    if (!std::holds_alternative<model::Clamp>(reader.op)) return false;
    feeds = true;
  }
  return feeds && node != last_on_accelerator(model);
}

}  // namespace

std::vector<int> sharing_groups(const model::Model& model) {
  std::vector<int> parent(model.nodes.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int node) {
    while (parent[static_cast<std::size_t>(node)] != node) {
      node = parent[static_cast<std::size_t>(node)];
    }
    return node;
  };
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    const model::Node& node = model.nodes[static_cast<std::size_t>(i)];
    if (!moves_codes(node.op)) continue;
    for (const int input : node.inputs) {
      const int a = root(input);
      const int b = root(i);
      parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
  }
  for (int& group : parent) group = root(group);
  return parent;
}

Quantisation choose_quantisation(const Histogram& histogram, Clipping clipping) {
  if (clipping == Clipping::kNone) {
    return quantisation_of(histogram.smallest(), histogram.largest());
  }
  const std::vector<Histogram::Bin> bins = histogram.bins();
  double inside = 0.0;
  for (const Histogram::Bin& bin : bins) inside += bin.count;
  const double smallest = histogram.smallest();
  const double largest = histogram.largest();
  const Tail below = tail_costs(bins, smallest);
  const Tail above = tail_costs(bins, largest);
  double best_cost = std::numeric_limits<double>::infinity();
  Quantisation best{1.0, 0};
  for (std::size_t l = smallest < 0.0 ? 0 : kSteps - 1; l < kSteps; ++l) {
    for (std::size_t h = largest > 0.0 ? 0 : kSteps - 1; h < kSteps; ++h) {
      const double low = smallest * static_cast<double>(l + 1) / kSteps;
      const double high = largest * static_cast<double>(h + 1) / kSteps;
      const double step = (high - low) / kCodes;
      const double cost = below.cost[l] + above.cost[h] +
                          (inside - below.count[l] - above.count[h]) * step * step / 12.0;
      if (cost >= best_cost) continue;
      best_cost = cost;
      best = quantisation_of(low, high);
    }
  }
  return best;
}

std::vector<Quantisation> choose_quantisations(const model::Model& model,
                                               const Calibration& calibration) {
  const std::vector<int> groups = sharing_groups(model);
  std::vector<Histogram> merged(model.nodes.size());
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    const model::Op& op = model.nodes[static_cast<std::size_t>(i)].op;
    const bool makes_values = !moves_codes(op) || std::holds_alternative<model::Clamp>(op);
    if (!makes_values || feeds_only_clamps(model, i)) continue;
    merged[static_cast<std::size_t>(groups[static_cast<std::size_t>(i)])].merge(
        calibration.histograms[static_cast<std::size_t>(i)]);
  }
  const int output = groups[static_cast<std::size_t>(last_on_accelerator(model))];
  std::vector<Quantisation> by_group(model.nodes.size());
  std::vector<Quantisation> quantisations;
  for (int i = 0; i < std::ssize(model.nodes); ++i) {
    const auto group = static_cast<std::size_t>(groups[static_cast<std::size_t>(i)]);
    if (std::cmp_equal(group, i)) {
      by_group[group] =
          choose_quantisation(merged[group], i == output ? Clipping::kNone : Clipping::kLeastError);
    }
    quantisations.push_back(by_group[group]);
  }
  return quantisations;
}

QTable table_of(const model::Curve& curve, const Quantisation& in, const Quantisation& out) {
  QTable table;
  for (int i = 0; i < std::ssize(table.values); ++i) {
    const double real = model::curve_value(curve, in.scale * (i - 128 - in.zero_point));
    const double code = std::nearbyint(real / out.scale) + out.zero_point;
    table.values[static_cast<std::size_t>(i)] =
        static_cast<std::int8_t>(std::clamp(code, -128.0, 127.0));
  }
  return table;
}

CodeRange code_range(const model::Activation& activation, const Quantisation& quantisation) {
  const auto code = [&](float value) {  // infinities become the ends
    const double real = std::nearbyint(value / quantisation.scale) + quantisation.zero_point;
    return static_cast<std::int32_t>(std::clamp(real, -128.0, 127.0));
  };
  return {code(activation.low), code(activation.high)};
}

}  // namespace vqrom::compress
