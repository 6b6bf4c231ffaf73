// SPDX-License-Identifier: Apache-2.0
// accuracy_test — ranks, counts and labels that no network has.
#include "sw/model/accuracy.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sw/base/error.h"

namespace vqrom::model {
namespace {

TEST(RankOf, CountsLargerOutputsAndEqualOnesBefore) {
  const std::vector<float> outputs = {1.0F, 3.0F, 2.0F, 3.0F};
  EXPECT_EQ(rank_of(outputs, 1), 0);
  EXPECT_EQ(rank_of(outputs, 3), 1);
  EXPECT_EQ(rank_of(outputs, 2), 2);
  EXPECT_EQ(rank_of(outputs, 0), 3);
}

TEST(RankOf, PutsWhatIsNotANumberLast) {
  EXPECT_EQ(rank_of(std::vector<float>{1.0F, std::nanf("")}, 1), 2);
}

// Sample i ranks label 0 at place i.
std::vector<float> outputs_with_rank(std::int64_t rank) {
  std::vector<float> outputs(10, -1.0F);
  outputs[0] = 0.0F;
  for (std::size_t i = 1; std::cmp_less_equal(i, rank); ++i) outputs[i] = 1.0F;
  return outputs;
}

TEST(MeasureAccuracy, CountsTheBestAndTheBestFive) {
  const std::vector<std::int64_t> labels(8, 0);  // at ranks 0 … 7
  const Accuracy accuracy = measure_accuracy("test", labels, "labels.npy", outputs_with_rank);
  EXPECT_EQ(accuracy, (Accuracy{8, 1, 5}));
  EXPECT_EQ(accuracy.top1_percent(), 12.5);
  EXPECT_EQ(accuracy.top5_percent(), 62.5);
}

TEST(MeasureAccuracy, RefusesALabelThatIsNoOutput) {
  const std::vector<std::int64_t> labels = {0, 10};
  try {
    (void)measure_accuracy("test", labels, "labels.npy", outputs_with_rank);
    FAIL() << "accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "error[input.labels]: labels.npy: label 1 is 10; the network has 10 outputs");
  }
}

}  // namespace
}  // namespace vqrom::model
