// SPDX-License-Identifier: Apache-2.0
// random — seeded numbers that are the same on every machine and library.
#pragma once

#include <cstdint>
#include <random>

namespace vqrom::base {

// std::mt19937_64 is fixed by the standard; the distributions are not, so they are spelled out.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  // Uniform in [0, 1), 53 bits.
  [[nodiscard]] double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Uniform in 0 … bound-1, without bias; bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
  // Uniform in low … high, both included.
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high);
  // Standard normal (Box and Muller 1958).
  [[nodiscard]] double normal();

 private:
  std::mt19937_64 engine_;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace vqrom::base
