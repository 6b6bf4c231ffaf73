// SPDX-License-Identifier: Apache-2.0
// histogram — the values of a tensor, counted in bins that widen as larger values come.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vqrom::compress {

// Bins are 2^exponent wide and aligned to zero; doubling the width merges them in pairs. So the
// content depends only on the values, not on their order nor on how parts were merged.
class Histogram {
 public:
  static constexpr int kBins = 4096;  // half of them below zero

  // Counts every value; false (and nothing counted from there on) at one that is not finite.
  [[nodiscard]] bool add(std::span<const float> values);
  void merge(const Histogram& other);

  [[nodiscard]] bool empty() const { return counts_.empty(); }
  [[nodiscard]] float smallest() const { return smallest_; }
  [[nodiscard]] float largest() const { return largest_; }

  // Values other than zero near `center`.
  struct Bin {
    double center = 0.0;
    double count = 0.0;
  };
  [[nodiscard]] std::vector<Bin> bins() const;

 private:
  void widen_to(int exponent);

  int exponent_ = kSmallestExponent;
  static constexpr int kSmallestExponent = -60;
  float smallest_ = 0.0F;
  float largest_ = 0.0F;
  std::vector<std::int64_t> counts_;
};

}  // namespace vqrom::compress
