// SPDX-License-Identifier: Apache-2.0
// coded_layer — a layer whose weights are ratios of candidate codewords, until one is chosen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <torch/types.h>

#include "sw/codebook/codebook.h"
#include "sw/compress/lowering.h"
#include "sw/train/adam.h"
#include "sw/train/graph.h"

namespace vqrom::train {

// How the differentiable assignments of VQ4ALL begin.
struct CandidateSettings {
  int candidates = 8;      // n: nearest codewords that a sub-vector may choose from
  double sharpness = 4.0;  // logits = sharpness * log(distance of the last / distance)
  double lead = 5.0;       // of the logit of a codeword that the start chose, over all others
};

// Weights of one Conv or Linear node. Each sub-vector is scale[channel] times the sum over its
// candidates of ratio * codeword; the ratios are a softmax of trainable logits while they are free,
// and 1 for one candidate once frozen. The codebook is fixed; its integer elements are what is
// used.
class CodedLayer {
 public:
  // Candidates are the codewords nearest to the float weights at the scales that
  // compress::CodebookAssigner finds. With `start` they are those nearest to its targets (if empty,
  // to the float weights) at its scales; the codewords that it chose are among them and the
  // likeliest, and its bias is taken.
  CodedLayer(const model::Model& model, int node, const codebook::Codebook& codebook,
             const CandidateSettings& settings, const compress::LayerSolution* start = nullptr);

  // In the model's order, differentiable in logits, scales and bias.
  [[nodiscard]] LayerTensors tensors();
  // The same with every sub-vector's likeliest candidate alone; no gradient.
  [[nodiscard]] LayerTensors hard_tensors() const;

  // n * mean over sub-vectors and candidates of r (1 - r): 0 when every ratio is 0 or 1. Of the
  // ratios that tensors() last made.
  [[nodiscard]] torch::Tensor undecided() const;

  // The largest ratio of each sub-vector; 2 where it is frozen. [sub-vectors]
  [[nodiscard]] torch::Tensor confidence() const;
  // Freezes the sub-vectors whose confidence is at least `threshold`.
  void freeze(double threshold);
  [[nodiscard]] std::int64_t sub_vectors() const { return candidates_.size(0); }
  [[nodiscard]] std::int64_t frozen() const { return frozen_count_; }

  [[nodiscard]] std::vector<Parameter>& parameters() { return parameters_; }
  // The state that is no parameter: which candidate is frozen. [sub-vectors][n], 0 or 1.
  [[nodiscard]] const torch::Tensor& frozen_ratios() const { return frozen_ratios_; }
  void restore_frozen(const torch::Tensor& frozen_ratios);

  // Every sub-vector's likeliest candidate.
  [[nodiscard]] compress::LayerSolution solution() const;

 private:
  [[nodiscard]] torch::Tensor hard_ratios() const;
  [[nodiscard]] torch::Tensor weight_of(const torch::Tensor& vectors) const;
  [[nodiscard]] torch::Tensor scales() const;

  std::vector<std::int64_t> shape_;  // [out][kernel_h][kernel_w][in/groups]
  bool linear_ = false;
  torch::Tensor columns_;        // of a Linear: hardware column of each model column
  torch::Tensor candidates_;     // int64 [sub-vectors][n]
  torch::Tensor codewords_;      // float32 [sub-vectors][n][d]
  torch::Tensor first_scales_;   // [out]
  torch::Tensor frozen_ratios_;  // [sub-vectors][n]
  std::int64_t frozen_count_ = 0;
  torch::Tensor last_ratios_;          // of the free sub-vectors
  std::vector<Parameter> parameters_;  // logits, gains (logarithms), bias
};

}  // namespace vqrom::train
