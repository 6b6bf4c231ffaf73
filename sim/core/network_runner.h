// SPDX-License-Identifier: Apache-2.0
// network_runner — every convolution and linear layer of a network on an engine, against golden.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/layer_runner.h"
#include "sw/golden/executor.h"

namespace vqrom::sim {

// Where the engine's codes leave the expected ones.
struct CodeMismatch {
  std::int64_t y = 0;
  std::int64_t x = 0;
  std::int64_t channel = 0;
  int expected = 0;
  int got = 0;
  std::int64_t wrong = 0;  // codes of the whole map that differ
  // The pixels around it in the same channel, as a table.
  std::string neighbourhood;
};

enum class LayerStatus { kEqual, kMismatch, kNotRun };

struct LayerResult {
  LayerTask task;
  LayerStatus status = LayerStatus::kNotRun;
  std::string reason;  // why it was not run
  LayerCounters counters;
  double cpu_seconds = 0.0;  // of simulating
  std::optional<CodeMismatch> mismatch;
};

struct RunOptions {
  std::vector<std::string> layers;  // names; empty: all
  std::optional<std::uint64_t> stall_seed;
  std::function<void(const LayerTask&)> before_layer = {};
  // With storage sram: what is loaded before the first layer; null if none decodes.
  const codebook::Codebook* codebook = nullptr;
};

// Nodes of the convolutions and linear layers with these names, in the network's order; all of them
// if there are none. Errors: simulate.layer, with the names that there are.
[[nodiscard]] std::vector<int> find_layers(const compress::QuantisedNetwork& network,
                                           const std::vector<std::string>& names);

// Golden runs the network on `input` and gives each layer its real input; the engine runs the
// layers one by one and its codes are compared bit for bit. Errors: as LayerRunner; simulate.layer;
// simulate.dense if no layer can run because all are dense and the array has no dense bypass.
[[nodiscard]] std::vector<LayerResult> run_network(CycleModel& core,
                                                   const config::AcceleratorConfig& config,
                                                   const golden::Executor& executor,
                                                   std::span<const std::int8_t> input,
                                                   const RunOptions& options);

// The first difference of two maps of that shape, if there is one.
[[nodiscard]] std::optional<CodeMismatch> compare_codes(const compress::MapShape& shape,
                                                        std::span<const std::int8_t> expected,
                                                        std::span<const std::int8_t> got);

// One paragraph: layer, place, both codes, how many are wrong, and the neighbourhood.
[[nodiscard]] std::string mismatch_text(std::string_view layer, const compress::MapShape& shape,
                                        const CodeMismatch& mismatch);
[[nodiscard]] std::string mismatch_text(const LayerResult& result);

}  // namespace vqrom::sim
