// SPDX-License-Identifier: Apache-2.0
// batches_test — each sample once an epoch, held-out ones never, batches by their number alone.
#include "sw/train/batches.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace vqrom::train {
namespace {

// Sample i is the map i, i + 0.1, i + 0.2, i + 0.3 of 2 x 2 pixels, its label i.
Samples numbered(std::int64_t count, std::int64_t held_out) {
  Samples samples;
  samples.source = [](std::int64_t i) {
    const auto value = static_cast<float>(i);
    return std::vector<float>{value, value + 0.1F, value + 0.2F, value + 0.3F};
  };
  samples.count = count;
  for (std::int64_t i = 0; i < count; ++i) samples.labels.push_back(i);
  samples.shape = {1, 1, 2, 2};
  samples.parts = {{count, 1, held_out}};
  return samples;
}

TEST(Batches, ShowEachTrainingSampleOnceAnEpochAndHeldOutOnesNever) {
  const Batches batches(numbered(50, 10), 8, {}, 3);
  ASSERT_EQ(batches.held_out_count(), 10);
  ASSERT_EQ(batches.batches_per_epoch(), 5);
  const Batch held_out = batches.held_out(0, 100);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    std::set<std::int64_t> seen(held_out.labels.begin(), held_out.labels.end());
    for (std::int64_t i = 0; i < 5; ++i) {
      for (const std::int64_t label : batches.training(epoch * 5 + i).labels) {
        EXPECT_TRUE(seen.insert(label).second) << label;
      }
    }
    EXPECT_EQ(seen.size(), 50u);
  }
}

TEST(Batches, RepeatAndHoldOutByPart) {
  Samples samples = numbered(50, 0);
  samples.parts = {{40, 1, 2}, {10, 3, 5}};
  const Batches batches(samples, 1, {}, 3);
  ASSERT_EQ(batches.batches_per_epoch(), 38 + 3 * 5);
  const Batch held_out = batches.held_out(0, 100);
  EXPECT_EQ(held_out.labels, (std::vector<std::int64_t>{19, 39, 41, 43, 45, 47, 49}));
  std::multiset<std::int64_t> seen;
  for (std::int64_t i = 0; i < batches.batches_per_epoch(); ++i) {
    seen.insert(batches.training(i).labels[0]);
  }
  for (std::int64_t label = 0; label < 50; ++label) {
    const bool out = std::ranges::count(held_out.labels, label) > 0;
    EXPECT_EQ(seen.count(label), out ? 0U : label < 40 ? 1U : 3U) << label;
  }
}

TEST(Batches, DependOnSeedAndNumberOnly) {
  const Augmentation augmentation{true, 1};
  const Batches first(numbered(50, 0), 8, augmentation, 3);
  const Batches again(numbered(50, 0), 8, augmentation, 3);
  const Batches other(numbered(50, 0), 8, augmentation, 4);
  const Batch batch = first.training(7);
  (void)again.training(2);
  EXPECT_EQ(again.training(7).values, batch.values);
  EXPECT_NE(other.training(7).values, batch.values);
  EXPECT_NE(first.training(8).values, batch.values);
}

TEST(Batches, MirrorAndShiftRepeatTheBorder) {
  const Batches batches(numbered(40, 0), 40, {true, 1}, 1);
  const Batch batch = batches.training(0);
  bool mirrored = false;
  bool shifted = false;
  for (std::int64_t i = 0; i < batch.size; ++i) {
    const auto base = static_cast<float>(batch.labels[static_cast<std::size_t>(i)]);
    std::vector<int> tenths;
    for (int pixel = 0; pixel < 4; ++pixel) {
      tenths.push_back(static_cast<int>(
          10.0F * (batch.values[static_cast<std::size_t>(i * 4 + pixel)] - base) + 0.5F));
      EXPECT_GE(tenths.back(), 0);
      EXPECT_LE(tenths.back(), 3);
    }
    mirrored |= tenths == std::vector{1, 0, 3, 2};
    shifted |= tenths == std::vector{0, 1, 0, 1};  // one down: the first row twice
  }
  EXPECT_TRUE(mirrored);
  EXPECT_TRUE(shifted);
}

}  // namespace
}  // namespace vqrom::train
