// SPDX-License-Identifier: Apache-2.0
// batches — samples in a seeded order, flipped and shifted; each batch depends on its number only.
#pragma once

#include <cstdint>
#include <vector>

#include "sw/base/tensor.h"
#include "sw/compress/calibration.h"

namespace vqrom::train {

// What is done to a map {C, H, W}, chosen anew each time a sample is used. Vectors take neither.
struct Augmentation {
  bool flip = false;       // left and right, every other time
  std::int64_t shift = 0;  // up to so many pixels each way; the border is repeated
};

// Samples that follow each other, of one kind.
struct Part {
  std::int64_t count = 0;
  std::int64_t repeats = 1;   // how often each is used in an epoch
  std::int64_t held_out = 0;  // of them, evenly spread; at most half
};

struct Samples {
  compress::SampleSource source;
  std::int64_t count = 0;
  std::vector<std::int64_t> labels;  // empty: none
  base::Shape shape;                 // {1, C, H, W} or {1, F}
  std::vector<Part> parts;           // their counts' sum is `count`; at least one
};

struct Batch {
  std::vector<float> values;         // [n] samples
  std::vector<std::int64_t> labels;  // [n], or empty
  std::int64_t size = 0;
};

// Samples that training sees, and those held out from it to choose the best state.
class Batches {
 public:
  Batches(Samples samples, std::int64_t batch_size, Augmentation augmentation, std::uint64_t seed);

  // The step-th batch, from 0: each epoch is one seeded permutation, its last part that fills no
  // batch left out.
  [[nodiscard]] Batch training(std::int64_t step) const;
  [[nodiscard]] std::int64_t batches_per_epoch() const;
  // Held-out samples first … first + size - 1, as they are.
  [[nodiscard]] Batch held_out(std::int64_t first, std::int64_t size) const;
  [[nodiscard]] std::int64_t held_out_count() const { return std::ssize(held_out_); }

 private:
  void append(std::int64_t sample, Batch& batch) const;

  Samples samples_;
  std::int64_t batch_size_;
  Augmentation augmentation_;
  std::uint64_t seed_;
  std::vector<std::int64_t> training_;
  std::vector<std::int64_t> held_out_;
};

}  // namespace vqrom::train
