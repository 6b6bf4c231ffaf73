// SPDX-License-Identifier: Apache-2.0
// moved_bytes — what a layer moves between memory and buffers, by kind; and how well it uses the
// array.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "sim/core/program_runner.h"

namespace vqrom::sim {

// Bytes that the instructions of a layer move, by kind.
struct MovedBytes {
  std::int64_t index = 0;
  std::int64_t dense = 0;
  std::int64_t window = 0;
  std::int64_t codebook = 0;
  std::int64_t param = 0;
  std::int64_t act = 0;
  std::int64_t out = 0;
  MovedBytes& operator+=(const MovedBytes& other);
  [[nodiscard]] std::array<std::pair<std::string_view, std::int64_t>, 7> all() const;
  [[nodiscard]] std::int64_t sum() const;
};

[[nodiscard]] MovedBytes moved_bytes(const ProgramLayerResult& layer,
                                     const config::AcceleratorConfig& config);
[[nodiscard]] MovedBytes total_bytes(const ProgramResult& result,
                                     const config::AcceleratorConfig& config);

[[nodiscard]] std::int64_t total_macs(const ProgramResult& result);
// Of the multiplications that the array offers in that many cycles; 0 without cycles.
[[nodiscard]] double utilisation(std::int64_t macs, std::int64_t cycles,
                                 const config::AcceleratorConfig& config);

}  // namespace vqrom::sim
