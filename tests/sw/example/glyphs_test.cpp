// SPDX-License-Identifier: Apache-2.0
// glyphs_test — the pictures are the same everywhere, balanced, and tell their classes apart.
#include "sw/example/glyphs.h"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sw/base/parallel.h"
#include "sw/base/sha256.h"

namespace vqrom::example {
namespace {

constexpr std::size_t kPixels = kPictureSize * kPictureSize;

std::string_view picture(const Glyphs& glyphs, std::size_t i) {
  return {reinterpret_cast<const char*>(glyphs.images.bytes.data()) + i * kPixels, kPixels};
}

TEST(Glyphs, AreTheSameOnEveryMachine) {
  const Glyphs glyphs = draw_glyphs(kTestSeed, 0, 200);
  const std::string_view all(reinterpret_cast<const char*>(glyphs.images.bytes.data()),
                             glyphs.images.bytes.size());
  EXPECT_EQ(base::sha256_hex(all),
            "9ce8b0461c41caf4475149c273be3d7c060f774a80e621b7c942030a78f63841");
}

TEST(Glyphs, DoNotDependOnThreadsOrOnWhereTheSetStarts) {
  const Glyphs all = draw_glyphs(7, 0, 500);
  const base::ThreadLimit one_thread(1);
  const Glyphs part = draw_glyphs(7, 123, 300);
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_EQ(picture(part, i), picture(all, 123 + i)) << "picture " << i;
    ASSERT_EQ(part.labels.bytes[i], all.labels.bytes[123 + i]) << "label " << i;
  }
}

TEST(Glyphs, OfTrainingCalibrationAndTestAreAllDifferent) {
  std::set<std::string> seen;
  for (const std::uint32_t seed : {kTrainingSeed, kCalibrationSeed, kTestSeed}) {
    const Glyphs glyphs = draw_glyphs(seed, 0, 2000);
    for (std::size_t i = 0; i < 2000; ++i) {
      EXPECT_TRUE(seen.emplace(picture(glyphs, i)).second) << "seed " << seed << ", picture " << i;
    }
  }
}

TEST(Glyphs, HoldEveryClassEquallyOften) {
  const Glyphs glyphs = draw_glyphs(kTestSeed, 0, 2000);
  std::array<int, kClassCount> count{};
  for (const std::uint8_t label : glyphs.labels.as<std::uint8_t>()) ++count.at(label);
  for (const int of_class : count) EXPECT_EQ(of_class, 200);
}

using MeanPicture = std::array<double, kPixels>;

// For each class, how far each pixel is from its picture's mean grey, summed over a set in which
// every picture weighs the same whatever its contrast.
std::array<MeanPicture, kClassCount> class_means(const Glyphs& glyphs) {
  std::array<MeanPicture, kClassCount> means{};
  const auto labels = glyphs.labels.as<std::uint8_t>();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto pixels = glyphs.images.as<std::uint8_t>().subspan(i * kPixels, kPixels);
    const double grey = std::accumulate(pixels.begin(), pixels.end(), 0.0) / kPixels;
    double total = 0.0;
    for (const std::uint8_t pixel : pixels) total += std::abs(pixel - grey);
    for (std::size_t p = 0; p < kPixels; ++p) {
      means.at(labels[i])[p] += std::abs(pixels[p] - grey) / total;
    }
  }
  return means;
}

TEST(Glyphs, OfEachClassAreOnAverageNearestToTheirOwnClass) {
  const auto means = class_means(draw_glyphs(kTrainingSeed, 0, 4000));
  const auto others = class_means(draw_glyphs(kCalibrationSeed, 0, 4000));
  for (std::size_t c = 0; c < kClassCount; ++c) {
    std::size_t nearest = kClassCount;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t d = 0; d < kClassCount; ++d) {
      double distance = 0.0;
      for (std::size_t p = 0; p < kPixels; ++p) {
        distance += (means[c][p] - others[d][p]) * (means[c][p] - others[d][p]);
      }
      if (distance < least) {
        least = distance;
        nearest = d;
      }
    }
    EXPECT_EQ(nearest, c) << kClassNames[c] << " looks like " << kClassNames[nearest];
  }
}

}  // namespace
}  // namespace vqrom::example
