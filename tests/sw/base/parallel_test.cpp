// SPDX-License-Identifier: Apache-2.0
#include "sw/base/parallel.h"

#include <vector>

#include <gtest/gtest.h>

#include "sw/base/error.h"

namespace vqrom::base {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnceForAnyThreadCount) {
  for (const int threads : {1, 2, 7}) {
    const ThreadLimit limit(threads);
    std::vector<int> visits(1001, 0);
    parallel_for(1001, 64, [&](std::int64_t begin, std::int64_t end) {
      EXPECT_EQ(begin % 64, 0);
      for (std::int64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
    });
    EXPECT_EQ(visits, std::vector<int>(1001, 1));
  }
}

TEST(ParallelFor, PassesExceptionsOn) {
  EXPECT_THROW(
      parallel_for(10, 1, [](std::int64_t, std::int64_t) { throw UserError("a.b", "c", "d"); }),
      UserError);
}

TEST(ParallelFor, PassesTheFirstRangesExceptionOnWhateverFailsFirst) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    try {
      parallel_for(64, 1, [](std::int64_t begin, std::int64_t) {
        if (begin >= 5) throw begin;
      });
      FAIL() << "nothing was thrown";
    } catch (const std::int64_t first) {
      ASSERT_EQ(first, 5) << "attempt " << attempt;
    }
  }
}

}  // namespace
}  // namespace vqrom::base
