// SPDX-License-Identifier: Apache-2.0
// executor — the exact integer reference: what every engine must equal bit for bit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::golden {

using Codes = std::vector<std::int8_t>;  // one feature map, NHWC

// Single-threaded and without state that changes: one executor serves many threads.
class Executor {
 public:
  // Decodes all weights. Errors: codebook.mismatch, vqnet.index; golden.overflow if an accumulator
  // of some layer could leave int32 for any input.
  Executor(const compress::QuantisedNetwork& network, const codebook::Codebook& codebook);

  // The codes of every node, indexed as network.nodes.
  [[nodiscard]] std::vector<Codes> run_all(std::span<const std::int8_t> input) const;
  [[nodiscard]] Codes run(std::span<const std::int8_t> input) const;

  // Float input in the model's NCHW order (as SampleSet gives it) to input codes, NHWC:
  // clamp(round-half-even(value / scale) + zero_point).
  [[nodiscard]] Codes quantise_input(std::span<const float> input) const;

  [[nodiscard]] const compress::QuantisedNetwork& network() const { return network_; }
  // Decoded weights of node i (a QConv), [out][kernel_h][kernel_w][in/groups].
  [[nodiscard]] const std::vector<std::int8_t>& weights(int node) const;

 private:
  const compress::QuantisedNetwork& network_;
  std::vector<std::vector<std::int8_t>> weights_;  // by node
  std::vector<std::vector<std::int16_t>> packed_;  // by node, laid out for the kernels
};

}  // namespace vqrom::golden
