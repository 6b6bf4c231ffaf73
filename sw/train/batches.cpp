// SPDX-License-Identifier: Apache-2.0
#include "sw/train/batches.h"

#include <algorithm>
#include <utility>

#include "sw/base/random.h"

namespace vqrom::train {
namespace {

// Different for every (seed, stream, number); base::Random's generator mixes it further.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::int64_t number) {
  return (seed * 0x9E3779B97F4A7C15U + stream) * 0xBF58476D1CE4E5B9U +
         static_cast<std::uint64_t>(number);
}

enum Stream : std::uint64_t { kOrder = 1, kAugmentation = 2 };

// One map moved by (down, right) pixels, its border repeated, and mirrored.
void move_map(const float* from, float* to, const base::Shape& shape, std::int64_t down,
              std::int64_t right, bool mirror) {
  const std::int64_t height = shape[2];
  const std::int64_t width = shape[3];
  for (std::int64_t c = 0; c < shape[1]; ++c) {
    for (std::int64_t y = 0; y < height; ++y) {
      const std::int64_t row = c * height + std::clamp<std::int64_t>(y - down, 0, height - 1);
      for (std::int64_t x = 0; x < width; ++x) {
        const std::int64_t source = mirror ? width - 1 - x : x;
        *to++ = from[row * width + std::clamp<std::int64_t>(source - right, 0, width - 1)];
      }
    }
  }
}

}  // namespace

Batches::Batches(Samples samples, std::int64_t batch_size, Augmentation augmentation,
                 std::uint64_t seed)
    : samples_(std::move(samples)),
      batch_size_(batch_size),
      augmentation_(augmentation),
      seed_(seed) {
  std::int64_t first = 0;
  for (const Part& part : samples_.parts) {
    std::int64_t wanted = std::min(part.held_out, part.count / 2);
    const std::int64_t stride = wanted > 0 ? part.count / wanted : part.count + 1;
    for (std::int64_t i = 0; i < part.count; ++i) {
      if (i % stride == stride - 1 && wanted > 0) {
        held_out_.push_back(first + i);
        --wanted;
        continue;
      }
      training_.insert(training_.end(), static_cast<std::size_t>(part.repeats), first + i);
    }
    first += part.count;
  }
  VQROM_CHECK(first == samples_.count, "parts have {} samples of {}", first, samples_.count);
  batch_size_ = std::min(batch_size_, std::ssize(training_));
}

std::int64_t Batches::batches_per_epoch() const {
  return std::ssize(training_) / batch_size_;
}

void Batches::append(std::int64_t sample, Batch& batch) const {
  const std::vector<float> values = samples_.source(sample);
  batch.values.insert(batch.values.end(), values.begin(), values.end());
  if (!samples_.labels.empty()) {
    batch.labels.push_back(samples_.labels[static_cast<std::size_t>(sample)]);
  }
  ++batch.size;
}

Batch Batches::training(std::int64_t step) const {
  std::vector<std::int64_t> order = training_;
  base::Random shuffle(mixed(seed_, kOrder, step / batches_per_epoch()));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[shuffle.below(i)]);

  Batch batch;
  base::Random random(mixed(seed_, kAugmentation, step));
  const std::int64_t first = step % batches_per_epoch() * batch_size_;
  const bool moves = samples_.shape.size() == 4;
  for (std::int64_t i = first; i < first + batch_size_; ++i) {
    append(order[static_cast<std::size_t>(i)], batch);
    const bool mirror = augmentation_.flip && random.below(2) == 1;
    const std::int64_t down = random.between(-augmentation_.shift, augmentation_.shift);
    const std::int64_t right = random.between(-augmentation_.shift, augmentation_.shift);
    if (!moves || (!mirror && down == 0 && right == 0)) continue;
    const std::int64_t size = base::element_count(samples_.shape);
    float* at = batch.values.data() + (i - first) * size;
    const std::vector<float> original(at, at + size);
    move_map(original.data(), at, samples_.shape, down, right, mirror);
  }
  return batch;
}

Batch Batches::held_out(std::int64_t first, std::int64_t size) const {
  Batch batch;
  for (std::int64_t i = first; i < std::min(first + size, held_out_count()); ++i) {
    append(held_out_[static_cast<std::size_t>(i)], batch);
  }
  return batch;
}

}  // namespace vqrom::train
