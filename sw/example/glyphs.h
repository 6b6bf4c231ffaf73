// SPDX-License-Identifier: Apache-2.0
// glyphs — small grey pictures of ten drawn symbols, made from a seed: the example networks' data.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sw/base/tensor.h"

namespace vqrom::example {

inline constexpr int kPictureSize = 24;  // pixels a side
inline constexpr std::array<std::string_view, 10> kClassNames = {
    "circle", "square", "triangle",  "cross", "arrow",
    "zigzag", "spiral", "hourglass", "house", "fork"};
inline constexpr int kClassCount = static_cast<int>(kClassNames.size());

// The three sets share no picture: picture i of a seed is drawn from random numbers of its own.
// The test set is held back: only the final accuracy is measured on it.
inline constexpr std::uint32_t kTrainingSeed = 1;
inline constexpr std::uint32_t kCalibrationSeed = 2;
inline constexpr std::uint32_t kTestSeed = 3;
inline constexpr std::int64_t kTestCount = 2000;

// The example networks take (pixel - mean) / std.
inline constexpr float kPixelMean = 128.0F;
inline constexpr float kPixelStd = 64.0F;

struct Glyphs {
  base::Tensor images;  // uint8 [n][24][24]
  base::Tensor labels;  // uint8 [n], indices of kClassNames
};

// Pictures first … first + count - 1 of a seed; picture i shows class i mod 10. Each is a symbol
// drawn in strokes with a random affine map, shaky corners, width, contrast and polarity, on a
// gradient, with stray strokes, a covered patch and noise. All arithmetic is on integers, so the
// pictures are equal on every machine and for every number of threads.
// Needs 0 <= first, 0 < count, first + count <= 2^32.
[[nodiscard]] Glyphs draw_glyphs(std::uint32_t seed, std::int64_t first, std::int64_t count);

}  // namespace vqrom::example
