// SPDX-License-Identifier: Apache-2.0
// trainer — fits a Model's weights with LibTorch; the only file that knows torch is trainer.cpp.
#pragma once

#include <cstdint>
#include <functional>

#include "sw/base/tensor.h"
#include "sw/model/model.h"

namespace vqrom::example {

struct TrainingOptions {
  std::uint64_t seed = 1;  // of the initial weights; the pictures have seeds of their own
  int epochs = 12;
  std::int64_t pictures_per_epoch = 10'000;  // a multiple of the batch size; never shown twice
  std::int64_t batch_size = 50;
  double learning_rate = 4e-3;  // peak; falls to zero along a half cosine
  double weight_decay = 1e-3;
};

struct EpochResult {
  int epoch = 0;  // from 1
  double loss = 0.0;
  double training_accuracy = 0.0;     // on the epoch's own pictures, while learning
  double calibration_accuracy = 0.0;  // on pictures that are not trained on
};

// Trains `graph` (Conv, Linear, Add, MaxPool, AveragePool, Reshape; logits out) on freshly drawn
// glyphs by cross-entropy: AdamW (Loshchilov and Hutter 2019), batch normalisation behind each
// convolution (Ioffe and Szegedy 2015), folded into weights and bias in the Model that is
// returned. One thread: the same options give the same weights on one machine. Throws Interrupted
// after Ctrl-C.
[[nodiscard]] model::Model train(const model::Model& graph, const TrainingOptions& options,
                                 const std::function<void(const EpochResult&)>& on_epoch);

}  // namespace vqrom::example
