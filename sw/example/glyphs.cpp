// SPDX-License-Identifier: Apache-2.0
#include "sw/example/glyphs.h"

#include <algorithm>
#include <span>
#include <vector>

#include "sw/base/error.h"
#include "sw/base/parallel.h"
#include "sw/base/progress.h"
#include "sw/base/random.h"

namespace vqrom::example {
namespace {

using base::Random;

struct Point {
  int x = 0;
  int y = 0;
};
using Stroke = std::vector<Point>;  // a polyline

// Symbols fill about -100 … 100, y downwards. Circle and spiral are polygons of 30 degree steps.
const std::array<std::vector<Stroke>, kClassCount>& symbols() {
  static const std::array<std::vector<Stroke>, kClassCount> kSymbols = {{
      {{{90, 0},
        {78, 45},
        {45, 78},
        {0, 90},
        {-45, 78},
        {-78, 45},
        {-90, 0},
        {-78, -45},
        {-45, -78},
        {0, -90},
        {45, -78},
        {78, -45},
        {90, 0}}},
      {{{-78, -78}, {78, -78}, {78, 78}, {-78, 78}, {-78, -78}}},
      {{{0, -95}, {90, 75}, {-90, 75}, {0, -95}}},
      {{{-80, -85}, {80, 85}}, {{80, -85}, {-80, 85}}},
      {{{0, 95}, {0, -95}}, {{-65, -30}, {0, -95}, {65, -30}}},
      {{{-85, -80}, {75, -80}, {-75, 0}, {75, 20}, {-75, 90}}},
      {{{5, 10},
        {-20, 15},
        {-28, -12},
        {0, -40},
        {38, -22},
        {48, 20},
        {20, 58},
        {-30, 62},
        {-70, 25},
        {-75, -30},
        {-45, -75},
        {10, -92},
        {65, -75},
        {92, -25}}},
      {{{-75, -85}, {75, -85}, {-75, 85}, {75, 85}, {-75, -85}}},
      {{{-70, 85}, {-70, -15}, {0, -95}, {70, -15}, {70, 85}, {-70, 85}}},
      {{{0, 95}, {0, -95}}, {{-65, -90}, {-65, -20}, {0, 15}, {65, -20}, {65, -90}}},
  }};
  return kSymbols;
}

// Lengths on the canvas are in 1/64 pixel; coverage is counted on 4x4 samples a pixel.
constexpr int kUnit = 64;
constexpr int kSamples = 4;
constexpr int kGrid = kPictureSize * kSamples;  // samples a side
constexpr int kStep = kUnit / kSamples;
constexpr int kExtent = kPictureSize * kUnit;

// Which samples a pen has touched.
class Mask {
 public:
  // A segment with round ends, of half the width `radius`.
  void draw_segment(Point a, Point b, int radius) {
    const auto [first_x, last_x] = sample_range(std::min(a.x, b.x), std::max(a.x, b.x), radius);
    const auto [first_y, last_y] = sample_range(std::min(a.y, b.y), std::max(a.y, b.y), radius);
    for (int sample_y = first_y; sample_y <= last_y; ++sample_y) {
      for (int sample_x = first_x; sample_x <= last_x; ++sample_x) {
        const Point p{sample_x * kStep + kStep / 2, sample_y * kStep + kStep / 2};
        if (is_near(p, a, b, radius)) touched_[index(sample_x, sample_y)] = 1;
      }
    }
  }
  void draw(const Stroke& stroke, int radius) {
    for (std::size_t i = 1; i < stroke.size(); ++i) {
      draw_segment(stroke[i - 1], stroke[i], radius);
    }
  }
  // Touched samples of a pixel, 0 … 16.
  [[nodiscard]] int coverage(int pixel_x, int pixel_y) const {
    int count = 0;
    for (int y = pixel_y * kSamples; y < (pixel_y + 1) * kSamples; ++y) {
      for (int x = pixel_x * kSamples; x < (pixel_x + 1) * kSamples; ++x) {
        count += touched_[index(x, y)];
      }
    }
    return count;
  }

 private:
  static std::size_t index(int x, int y) { return static_cast<std::size_t>(y * kGrid + x); }
  static std::pair<int, int> sample_range(int low, int high, int radius) {
    return {std::clamp((low - radius) / kStep - 1, 0, kGrid),
            std::clamp((high + radius) / kStep + 1, -1, kGrid - 1)};
  }
  static bool is_near(Point p, Point a, Point b, std::int64_t radius) {
    const std::int64_t dx = b.x - a.x;
    const std::int64_t dy = b.y - a.y;
    const std::int64_t px = p.x - a.x;
    const std::int64_t py = p.y - a.y;
    const std::int64_t length2 = dx * dx + dy * dy;
    const std::int64_t along = px * dx + py * dy;
    if (along <= 0) return px * px + py * py <= radius * radius;
    if (along >= length2) {
      return (px - dx) * (px - dx) + (py - dy) * (py - dy) <= radius * radius;
    }
    const std::int64_t across = px * dy - py * dx;
    return across * across <= radius * radius * length2;
  }

  std::array<std::uint8_t, static_cast<std::size_t>(kGrid) * kGrid> touched_{};
};

int between(Random& random, int low, int high) {
  return static_cast<int>(random.between(low, high));
}

// A linear map in 1/1024 and a translation in canvas units.
struct Affine {
  int xx, xy, yx, yy, dx, dy;

  [[nodiscard]] Point operator()(Point p) const {
    return {(xx * p.x + xy * p.y) / 1024 + dx, (yx * p.x + yy * p.y) / 1024 + dy};
  }
};

// Rotation within 28 degrees after shear within 0.25 and a scale an axis: symbols get a half-size
// of about 5 to 9 pixels.
Affine random_affine(Random& random) {
  // tan(angle / 2) = t / 1024 makes sine and cosine rational.
  const int t = between(random, -256, 256);
  const int cosine = (1024 * 1024 - t * t) * 64 / ((1024 * 1024 + t * t) / 16);
  const int sine = 2 * 1024 * t / ((1024 * 1024 + t * t) / 1024);
  const int scale_x = between(random, 3200, 6000);  // canvas units for 1024 symbol units
  const int scale_y = between(random, 3200, 6000);
  const int shear = between(random, -256, 256);
  const int shear_x = shear * scale_y / 1024;
  Affine map{};
  map.xx = cosine * scale_x / 1024;
  map.xy = (cosine * shear_x - sine * scale_y) / 1024;
  map.yx = sine * scale_x / 1024;
  map.yy = (sine * shear_x + cosine * scale_y) / 1024;
  map.dx = kExtent / 2 + between(random, -3 * kUnit, 3 * kUnit);
  map.dy = kExtent / 2 + between(random, -3 * kUnit, 3 * kUnit);
  return map;
}

Mask random_symbol(Random& random, int label) {
  const Affine map = random_affine(random);
  const int radius = between(random, 36, 88);
  Mask mask;
  for (Stroke stroke : symbols()[static_cast<std::size_t>(label)]) {
    for (Point& point : stroke) {
      point.x += between(random, -9, 9);
      point.y += between(random, -9, 9);
      point = map(point);
    }
    mask.draw(stroke, radius);
  }
  return mask;
}

Point random_point(Random& random) {
  return {between(random, 0, kExtent - 1), between(random, 0, kExtent - 1)};
}

// Up to four short strokes, at most 9 pixels in each axis.
Mask random_strays(Random& random) {
  Mask mask;
  const int count = between(random, 0, 4);
  for (int i = 0; i < count; ++i) {
    const Point from = random_point(random);
    const Point to{from.x + between(random, -9 * kUnit, 9 * kUnit),
                   from.y + between(random, -9 * kUnit, 9 * kUnit)};
    mask.draw_segment(from, to, between(random, 30, 70));
  }
  return mask;
}

// In two pictures of three, a blot 2 to 5 pixels wide and up to 9 long that hides what is below it.
Mask random_cover(Random& random) {
  Mask mask;
  if (random.below(3) == 0) return mask;
  const Point from = random_point(random);
  const Point to{from.x + between(random, -3 * kUnit, 3 * kUnit),
                 from.y + between(random, -3 * kUnit, 3 * kUnit)};
  mask.draw_segment(from, to, between(random, 70, 150));
  return mask;
}

// About normal with standard deviation `deviation`: the sum of four uniform numbers.
int random_noise(Random& random, int deviation) {
  int sum = -4 * 128;  // each 0 … 256, variance 5504
  for (int i = 0; i < 4; ++i) sum += between(random, 0, 256);
  return sum * deviation / 148;
}

int mix(int below, int above, int coverage) {
  return below + (above - below) * coverage / (kSamples * kSamples);
}

void draw_picture(std::uint32_t seed, std::int64_t index, std::span<std::uint8_t> pixels) {
  Random random((std::uint64_t{seed} << 32) | static_cast<std::uint64_t>(index));
  const Mask symbol = random_symbol(random, static_cast<int>(index % kClassCount));
  const Mask strays = random_strays(random);
  const Mask cover = random_cover(random);
  const int polarity = random.below(2) == 0 ? 1 : -1;
  const int contrast = polarity * between(random, 32, 100);
  const int stray_contrast = contrast * between(random, 40, 100) / 100;
  const int level = 128 - contrast / 2 + between(random, -24, 24);
  const int slope_x = between(random, -3 * kUnit, 3 * kUnit);  // grey levels in 1/64 a pixel
  const int slope_y = between(random, -3 * kUnit, 3 * kUnit);
  const int deviation = between(random, 5, 22);
  for (int y = 0; y < kPictureSize; ++y) {
    for (int x = 0; x < kPictureSize; ++x) {
      const int ground =
          level + (slope_x * (x - kPictureSize / 2) + slope_y * (y - kPictureSize / 2)) / 64;
      int grey = mix(ground, ground + contrast, symbol.coverage(x, y));
      grey = mix(grey, ground + stray_contrast, strays.coverage(x, y));
      grey = mix(grey, ground, cover.coverage(x, y));
      grey += random_noise(random, deviation);
      pixels[static_cast<std::size_t>(y * kPictureSize + x)] =
          static_cast<std::uint8_t>(std::clamp(grey, 0, 255));
    }
  }
}

}  // namespace

Glyphs draw_glyphs(std::uint32_t seed, std::int64_t first, std::int64_t count) {
  VQROM_CHECK(first >= 0 && count > 0 && count <= (std::int64_t{1} << 32) - first,
              "pictures {} + {}", first, count);
  constexpr std::int64_t kPixels = kPictureSize * kPictureSize;
  Glyphs glyphs{base::Tensor(base::DType::kUint8, {count, kPictureSize, kPictureSize}),
                base::Tensor(base::DType::kUint8, {count})};
  const std::span<std::uint8_t> pixels = glyphs.images.as<std::uint8_t>();
  const std::span<std::uint8_t> labels = glyphs.labels.as<std::uint8_t>();
  base::Progress progress("drawing", count);
  base::parallel_for(count, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      draw_picture(seed, first + i, pixels.subspan(static_cast<std::size_t>(i * kPixels), kPixels));
      labels[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>((first + i) % kClassCount);
    }
    progress.advance(end - begin);
  });
  return glyphs;
}

}  // namespace vqrom::example
