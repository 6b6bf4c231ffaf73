// SPDX-License-Identifier: Apache-2.0
// layer_runner — drives vq_core's streams with one layer, collects its codes and counts its cycles.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sim/core/cycle_model.h"
#include "sim/core/layer_plan.h"
#include "sw/codebook/codebook.h"

namespace vqrom::sim {

// Every cycle is exactly one of issue, wait_*, or idle: idle counts the cycles before the first
// issue and after the last one in which no tile waits.
struct LayerCounters {
  std::int64_t cycles = 0;  // from the first one in which a stream may move to the last code taken
  std::int64_t issue = 0;   // a vector went into the array
  std::int64_t wait_weights = 0;
  std::int64_t wait_params = 0;  // for parameters, or for the drain of an earlier block
  std::int64_t wait_sums = 0;    // the same pixel's sum was still on its way
  std::int64_t wait_acts = 0;
  std::int64_t idle = 0;
  std::int64_t drain = 0;           // of all cycles, those after the last issue
  std::int64_t out_waits = 0;       // an output beat was offered and not taken
  std::int64_t decode_beats = 0;    // reads of all ports of the codebook
  std::int64_t codebook_reads = 0;  // codewords: beats times read ports
  std::int64_t macs_used = 0;       // multiplications that the layer defines
  std::int64_t macs_offered = 0;    // issue times rows times columns
  std::int64_t tiles = 0;
  std::int64_t index_bytes = 0;  // weight stream of a codebook layer, whole words
  std::int64_t dense_bytes = 0;  // weight stream of a dense layer
  std::int64_t act_bytes = 0;
  std::int64_t param_bytes = 0;  // 9 for each column and block
  std::int64_t out_bytes = 0;

  // MACs used for each MAC that the array could have done in all cycles.
  [[nodiscard]] double utilisation(const config::AcceleratorConfig& config) const;
};

struct LayerRun {
  std::vector<std::int8_t> codes;  // NHWC, of the layer's out_shape
  LayerCounters counters;
};

// Works with any engine that has vq_core's ports. The engine is reset once, at construction, and
// left clean by each layer.
class LayerRunner {
 public:
  LayerRunner(CycleModel& core, const config::AcceleratorConfig& config);

  // With storage sram: writes all codewords, one a cycle.
  void load_codebook(const codebook::Codebook& codebook);

  // Runs the layer on the map that was loaded into the plan. With a seed every stream pauses at
  // random. Errors: StreamViolation; simulate.stuck if nothing moves any more.
  [[nodiscard]] LayerRun run(const LayerPlan& plan, std::optional<std::uint64_t> stall_seed);

 private:
  CycleModel& core_;
  const config::AcceleratorConfig& config_;
};

}  // namespace vqrom::sim
