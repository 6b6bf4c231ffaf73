// SPDX-License-Identifier: Apache-2.0
#include "sw/golden/executor.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "sw/golden/conv_kernel.h"
#include "sw/golden/map_operators.h"

namespace vqrom::golden {
namespace {

using compress::QConv;
using compress::QNode;

// |bias| + 128 * sum |weight| bounds every partial sum, in any order, for any input.
void check_accumulators(const std::string& network, const QNode& node, const QConv& conv,
                        std::span<const std::int8_t> weights, base::Problems& problems) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();
  const auto taps = static_cast<std::size_t>(conv.weight_count() / conv.out_channels);
  for (std::size_t o = 0; o < conv.bias.size(); ++o) {
    std::int64_t bound = std::abs(std::int64_t{conv.bias[o]});
    for (const std::int8_t weight : weights.subspan(o * taps, taps)) {
      bound += 128 * std::abs(std::int64_t{weight});
    }
    if (bound <= kLargest) continue;
    problems.add("golden.overflow", fmt::format("{}: node '{}'", network, node.name),
                 fmt::format("the accumulator of output channel {} can reach {}; it must stay "
                             "within {}",
                             o, bound, kLargest));
    return;  // one channel says it for the layer
  }
}

}  // namespace

Executor::Executor(const compress::QuantisedNetwork& network, const codebook::Codebook& codebook)
    : network_(network), weights_(network.nodes.size()), packed_(network.nodes.size()) {
  compress::check_codebook(network, codebook, network.name);
  base::Problems problems;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    const QNode& node = network.nodes[i];
    const auto* conv = std::get_if<QConv>(&node.op);
    if (conv == nullptr) continue;
    weights_[i] = compress::decode_weights(*conv, codebook);
    check_accumulators(network.name, node, *conv, weights_[i], problems);
    packed_[i] = pack_weights(*conv, weights_[i]);
  }
  problems.throw_if_any();
}

std::vector<Codes> Executor::run_all(std::span<const std::int8_t> input) const {
  std::vector<Codes> maps(network_.nodes.size());
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const QNode& node = network_.nodes[i];
    if (std::holds_alternative<compress::QInput>(node.op)) {
      VQROM_CHECK(std::ssize(input) == node.shape.count(), "{} input codes; the network takes {}",
                  input.size(), node.shape.count());
      maps[i].assign(input.begin(), input.end());
      continue;
    }
    std::vector<Operand> operands;
    for (const int from : node.inputs) {
      const auto at = static_cast<std::size_t>(from);
      operands.push_back({network_.nodes[at], maps[at]});
    }
    const auto* conv = std::get_if<QConv>(&node.op);
    maps[i] = conv == nullptr
                  ? apply_map_operator(node, operands)
                  : convolve(*conv, packed_[i], operands[0].node, node, operands[0].codes);
  }
  return maps;
}

Codes Executor::run(std::span<const std::int8_t> input) const {
  return std::move(run_all(input)[static_cast<std::size_t>(network_.output)]);
}

Codes Executor::quantise_input(std::span<const float> input) const {
  const QNode& node = network_.nodes[static_cast<std::size_t>(network_.input)];
  const std::int64_t pixels = node.shape.height * node.shape.width;
  const std::int64_t channels = node.shape.channels;
  VQROM_CHECK(std::ssize(input) == node.shape.count(), "{} input values; the network takes {}",
              input.size(), node.shape.count());
  Codes codes(input.size());
  for (std::int64_t p = 0; p < pixels; ++p) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const double value = input[static_cast<std::size_t>(c * pixels + p)];
      const double code =
          std::nearbyint(value / node.quantisation.scale) + node.quantisation.zero_point;
      // Written so that NaN becomes the lowest code.
      codes[static_cast<std::size_t>(p * channels + c)] =
          static_cast<std::int8_t>(code >= 127.0 ? 127.0 : (code > -128.0 ? code : -128.0));
    }
  }
  return codes;
}

const std::vector<std::int8_t>& Executor::weights(int node) const {
  return weights_[static_cast<std::size_t>(node)];
}

}  // namespace vqrom::golden
