// SPDX-License-Identifier: Apache-2.0
#include "sw/compress/histogram.h"

#include <algorithm>
#include <cmath>

namespace vqrom::compress {
namespace {

constexpr int kHalf = Histogram::kBins / 2;

// The smallest exponent at which bins of that width reach `magnitude`.
int exponent_for(float magnitude) {
  int exponent = 0;
  std::frexp(magnitude, &exponent);  // magnitude < 2^exponent
  return exponent - static_cast<int>(std::log2(kHalf));
}

}  // namespace

bool Histogram::add(std::span<const float> values) {
  if (values.empty()) return true;
  const auto [low, high] = std::ranges::minmax(values);
  // NaN hides from minmax; the sum of magnitudes shows it.
  double magnitudes = 0.0;
  for (const float value : values) magnitudes += std::abs(value);
  if (!std::isfinite(magnitudes)) return false;
  smallest_ = std::min(smallest_, low);
  largest_ = std::max(largest_, high);
  if (counts_.empty()) counts_.resize(kBins);
  widen_to(exponent_for(std::max(-low, high)));
  const float scale = std::ldexp(1.0F, -exponent_);
  for (const float value : values) {
    if (value == 0.0F) continue;
    const auto bin = static_cast<int>(std::floor(value * scale)) + kHalf;
    ++counts_[static_cast<std::size_t>(std::clamp(bin, 0, kBins - 1))];
  }
  return true;
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.empty()) return;
  if (counts_.empty()) {
    *this = other;
    return;
  }
  smallest_ = std::min(smallest_, other.smallest_);
  largest_ = std::max(largest_, other.largest_);
  Histogram widened = other;
  widened.widen_to(exponent_);
  widen_to(widened.exponent_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += widened.counts_[i];
}

void Histogram::widen_to(int exponent) {
  if (exponent <= exponent_) return;
  const int shift = std::min(exponent - exponent_, 30);
  std::vector<std::int64_t> merged(kBins);
  for (int i = 0; i < kBins; ++i) {
    merged[static_cast<std::size_t>(((i - kHalf) >> shift) + kHalf)] +=
        counts_[static_cast<std::size_t>(i)];
  }
  counts_ = std::move(merged);
  exponent_ = exponent;
}

std::vector<Histogram::Bin> Histogram::bins() const {
  std::vector<Bin> filled;
  const double width = std::ldexp(1.0, exponent_);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    filled.push_back(
        {(static_cast<double>(i) - kHalf + 0.5) * width, static_cast<double>(counts_[i])});
  }
  return filled;
}

}  // namespace vqrom::compress
