// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/quantised_network.h"

#include <algorithm>

#include "sw/base/checked.h"

namespace vqrom::compress {

std::string op_name(const QOp& op) {
  struct Name {
    std::string operator()(const QInput&) const { return "Input"; }
    std::string operator()(const QConv& conv) const { return conv.linear ? "Linear" : "Conv"; }
    std::string operator()(const QAdd&) const { return "Add"; }
    std::string operator()(const QClamp&) const { return "Clamp"; }
    std::string operator()(const QMaxPool&) const { return "MaxPool"; }
    std::string operator()(const QAveragePool&) const { return "AveragePool"; }
    std::string operator()(const QConcat&) const { return "Concat"; }
    std::string operator()(const QSlice&) const { return "Slice"; }
    std::string operator()(const QPad&) const { return "Pad"; }
    std::string operator()(const QTable&) const { return "Table"; }
    std::string operator()(const QReshape&) const { return "Reshape"; }
  };
  return std::visit(Name{}, op);
}

std::int64_t index_count(const QConv& conv, int dimension) {
  return conv.out_channels * conv.window.kernel[0] * conv.window.kernel[1] *
         base::ceil_div(conv.in_per_group(), dimension);
}

void check_codebook(const QuantisedNetwork& network, const codebook::Codebook& codebook,
                    std::string_view place) {
  if (network.codebook_sha256.empty()) return;  // every layer is dense
  if (network.codebook_sha256 != codebook.sha256) {
    throw base::UserError(
        "codebook.mismatch", std::string(place),
        fmt::format("its indices belong to the codebook {}; the codebook given is {}",
                    network.codebook_sha256, codebook.sha256.empty() ? "none" : codebook.sha256));
  }
  base::Problems problems;
  if (network.codebook_dimension != codebook.dimension) {
    problems.add("vqnet.index", std::string(place),
                 fmt::format("states codewords of dimension {}; the codebook's have {}",
                             network.codebook_dimension, codebook.dimension));
  }
  for (const QNode& node : network.nodes) {
    const auto* conv = std::get_if<QConv>(&node.op);
    if (conv == nullptr || conv->indices.empty()) continue;
    if (conv->subset) {
      const std::string problem = codebook::subset_problem(*conv->subset, codebook.entries);
      if (problem.empty()) continue;  // its indices end where the subset does
      problems.add("vqnet.index", fmt::format("{}: node '{}'", place, node.name),
                   fmt::format("its subset is none of the codebook's: {}", problem));
      continue;
    }
    const std::int32_t largest = *std::ranges::max_element(conv->indices);
    if (largest >= codebook.entries) {
      problems.add("vqnet.index", fmt::format("{}: node '{}'", place, node.name),
                   fmt::format("holds index {}; the codebook's indices are 0 to {}", largest,
                               codebook.entries - 1));
    }
  }
  problems.throw_if_any();
}

std::vector<std::int8_t> decode_weights(const QConv& conv, const codebook::Codebook& codebook) {
  if (conv.store == WeightStore::kDense) return conv.weights;
  const auto dimension = std::int64_t{codebook.dimension};
  VQROM_CHECK(std::ssize(conv.indices) == index_count(conv, codebook.dimension),
              "{} indices of dimension {}", conv.indices.size(), dimension);
  std::vector<std::int8_t> weights;
  weights.reserve(static_cast<std::size_t>(conv.weight_count()));
  auto index = conv.indices.begin();
  const std::int64_t positions = conv.out_channels * conv.window.kernel[0] * conv.window.kernel[1];
  for (std::int64_t position = 0; position < positions; ++position) {
    for (std::int64_t first = 0; first < conv.in_per_group(); first += dimension) {
      const auto codeword = codebook.elements.begin() + (conv.index_base() + *index++) * dimension;
      weights.insert(weights.end(), codeword,
                     codeword + std::min(dimension, conv.in_per_group() - first));
    }
  }
  return weights;
}

}  // namespace vqrom::compress
