// SPDX-License-Identifier: Apache-2.0
// trainer — differentiable assignments of codewords (VQ4ALL), from a float network and samples.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/compress/lowering.h"
#include "sw/compress/quantisation.h"
#include "sw/train/batches.h"
#include "sw/train/schedule.h"

namespace vqrom::train {

// How the network's outputs are compared with the float network's.
enum class OutputLoss {
  kClasses,  // Kullback-Leibler divergence of the softmax at a temperature (Hinton et al. 2015)
  kValues,   // squared error over the float outputs' variance
};

struct Settings {
  int candidates = 8;          // n: nearest codewords that a sub-vector may choose from
  double sharpness = 4.0;      // first logits: sharpness * log(distance of the last / distance)
  double lead = 5.0;           // of the logits that the start chose
  double freeze_ratio = 0.99;  // a ratio above it freezes by itself
  std::int64_t epochs = 10;
  std::int64_t batch_size = 64;
  Augmentation augmentation;
  std::uint64_t seed = 1;
  Schedule schedule;

  double ratio_rate = 5e-2;   // learning rates of Adam: logits,
  double scale_rate = 1e-3;   // logarithms of the channels' scales,
  double bias_rate = 1e-3;    // biases, in eighths of their map's range,
  double weight_rate = 5e-4;  // dense weights, in their layer's root mean square; 0 keeps them

  OutputLoss output_loss = OutputLoss::kClasses;
  double temperature = 3.0;
  double task_weight = 0.5;    // cross-entropy with the labels, if there are any
  double output_weight = 1.0;  // distillation of the output
  double block_weight = 1.0;   // distillation of blocks
  double ratio_weight = 0.1;   // n * mean(r (1 - r))
};

// All settings as text: a checkpoint is resumed only with the same.
[[nodiscard]] std::string settings_text(const Settings& settings);

struct EpochReport {
  std::int64_t epoch = 0;  // from 1
  double loss = 0.0;       // means over the epoch's batches
  double task_loss = 0.0;
  double output_loss = 0.0;
  double block_loss = 0.0;
  double frozen_share = 0.0;
  // On the held-out samples, with hard assignments: share of right classes with labels, else of
  // the same best class as the float network, or minus the value loss.
  double score = 0.0;
  double held_out_loss = 0.0;  // their distillation of the output: finer than the score
  double seconds = 0.0;        // since the start
  double seconds_left = 0.0;
};

struct TrainingResult {
  compress::LayerSolutions solutions;  // of the best state
  double score = 0.0;
  bool interrupted = false;
};

// What stands beside the settings; the fixed facts of a job.
struct Job {
  const model::Model& model;
  const codebook::Codebook& codebook;
  const std::vector<int>& coded_layers;
  std::vector<compress::Quantisation> quantisations;  // by node
  Samples samples;
  std::filesystem::path checkpoint;   // empty: none; written after every epoch and when interrupted
  bool resume = false;                // from `checkpoint`, if it exists
  compress::LayerSolutions start;     // what layers begin with; empty: the float network's weights
  compress::LayerCodebooks layers{};  // subsets of the codebook; others take the whole
};

// Trains on one thread: the same job and settings give the same result on one machine, resumed or
// not. Ctrl-C ends it with the best state so far (with the present one, if no epoch is done).
// Errors: train.operator, train.samples (fewer than two), train.checkpoint, train.loss
// (not finite), file.*.
[[nodiscard]] TrainingResult train(const Job& job, const Settings& settings,
                                   const std::function<void(const EpochReport&)>& on_epoch);

// The nodes whose outputs are compared with the float network's: additions and concatenations, or
// every Conv and Linear where there are none; the output is not one of them.
[[nodiscard]] std::vector<int> distilled_nodes(const model::Model& model);

}  // namespace vqrom::train
