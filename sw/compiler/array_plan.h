// SPDX-License-Identifier: Apache-2.0
// array_plan — how an array layer is cut, chosen by estimated cycles among all cuts that fit.
#pragma once

#include <optional>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/geometry.h"
#include "sw/compiler/tile_cycles.h"

namespace vqrom::compiler {

// Consecutive blocks that need the same input groups. `units`: first blocks of the smallest runs of
// blocks that fill whole vectors of the output, and one past the last.
struct ArrayPart {
  std::int64_t first_block = 0;
  std::int64_t blocks = 0;
  Extent groups;                   // of the input, for all blocks
  std::int64_t block_groups = 0;   // most groups of a block
  std::int64_t unit_groups = 0;    // most groups of the output of a unit
  std::int64_t output_groups = 0;  // of all units
  std::vector<std::int64_t> units;
  friend bool operator==(const ArrayPart&, const ArrayPart&) = default;
};

[[nodiscard]] std::vector<ArrayPart> array_parts(const std::vector<Block>& blocks,
                                                 std::int64_t rows);

// How much input one activation tile holds.
enum class Scope { kStripe, kImage, kAll };

struct ArrayPlan {
  Stripe stripe;  // its size
  Scope scope = Scope::kStripe;
  bool weights_outer = false;     // else stripes outer
  bool weights_resident = false;  // all of the part's weights stay; else they come again and again
  bool parameters_resident = false;
  std::int64_t chunk_units = 1;    // units that share an output tile
  std::int64_t weight_blocks = 1;  // blocks of a weight tile
  // Sums are spread over several RUNs if this is less than the kernel and the block's groups.
  std::int64_t taps_y = 1;
  std::int64_t taps_x = 1;
  std::int64_t tap_groups = 1;
  bool split = false;
  bool split_input = false;  // an activation tile holds the input of one such RUN only
  std::int64_t cycles = 0;   // estimated
};

// `tile_words`: bus words of a tile's weights; `tile_cycles`: of the layer; a tile is reckoned with
// `least_pixels` cycles at least. Nothing if no cut fits; then explain_misfit says why.
[[nodiscard]] std::optional<ArrayPlan> plan_array(const Geometry& geometry, const ArrayPart& part,
                                                  std::int64_t tile_words,
                                                  const TileCycles& tile_cycles,
                                                  std::int64_t least_pixels,
                                                  const config::AcceleratorConfig& config);
[[nodiscard]] std::string explain_misfit(const ArrayPart& part, std::int64_t tile_words,
                                         const config::AcceleratorConfig& config);

}  // namespace vqrom::compiler
