// SPDX-License-Identifier: Apache-2.0
// transfer — pieces of feature maps as few LOADs or STOREs.
#pragma once

#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/machine_layer.h"
#include "sw/compiler/task.h"

namespace vqrom::compiler {

// A box of a view: groups, images, rows, columns, each from `first`, `count` of them.
struct Extent {
  std::int64_t first = 0;
  std::int64_t count = 1;
  [[nodiscard]] std::int64_t end() const { return first + count; }
  friend bool operator==(const Extent&, const Extent&) = default;
};
struct Box {
  Extent groups;
  Extent images;
  Extent rows;
  Extent columns;
  [[nodiscard]] std::int64_t vectors() const {
    return groups.count * images.count * rows.count * columns.count;
  }
};

// Vectors of a buffer from a step of one loop to the next.
struct BufferSteps {
  std::int64_t group = 0;
  std::int64_t image = 0;
  std::int64_t row = 0;
};
// Without gaps: [group][image][row][column].
[[nodiscard]] BufferSteps packed(const Box& box);

// `buffer` is the word of the box's first vector.
[[nodiscard]] std::vector<Transfer> transfers(const View& view, const Box& box, std::int64_t buffer,
                                              const BufferSteps& steps,
                                              const config::AcceleratorConfig& config);

// `words` bus words that follow each other.
[[nodiscard]] Transfer contiguous(std::int64_t address, std::int64_t words);

// Cycles that a transfer keeps the bus busy, the wait for answers included.
[[nodiscard]] std::int64_t transfer_cycles(const Transfer& transfer,
                                           const config::AcceleratorConfig& config);

// What the model assumes of memory.
inline constexpr std::int64_t kMemoryLatency = 100;

}  // namespace vqrom::compiler
