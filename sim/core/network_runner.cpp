// SPDX-License-Identifier: Apache-2.0
#include "sim/core/network_runner.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sw/base/cpu_time.h"
#include "sw/base/error.h"
#include "sw/base/progress.h"

namespace vqrom::sim {
namespace {

constexpr std::int64_t kNeighbours = 2;  // pixels shown on each side of a mismatch
constexpr std::uint64_t kNodesApart = 1 << 20;
constexpr std::string_view kNoBypass = "it is dense and the array has no dense bypass";

// Every layer has its own pauses, whether the others are run or not.
std::optional<std::uint64_t> layer_seed(std::optional<std::uint64_t> seed, int node) {
  if (!seed) return std::nullopt;
  return *seed * kNodesApart + static_cast<std::uint64_t>(node);
}

std::string neighbourhood(const compress::MapShape& shape, std::span<const std::int8_t> expected,
                          std::span<const std::int8_t> got, const CodeMismatch& at) {
  const std::int64_t left = std::max<std::int64_t>(0, at.x - kNeighbours);
  const std::int64_t right = std::min(shape.width - 1, at.x + kNeighbours);
  std::string text = fmt::format("  {:>8}", "");
  for (std::int64_t x = left; x <= right; ++x)
    text += fmt::format("{:>10}", fmt::format("x {}", x));
  text += '\n';
  for (std::int64_t y = std::max<std::int64_t>(0, at.y - kNeighbours);
       y <= std::min(shape.height - 1, at.y + kNeighbours); ++y) {
    text += fmt::format("  {:>8}", fmt::format("y {}", y));
    for (std::int64_t x = left; x <= right; ++x) {
      const auto i = static_cast<std::size_t>((y * shape.width + x) * shape.channels + at.channel);
      std::string cell = fmt::format("{}", expected[i]);
      if (got[i] != expected[i]) cell += fmt::format("|{}", got[i]);
      text += fmt::format("{:>10}", cell);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::vector<int> find_layers(const compress::QuantisedNetwork& network,
                             const std::vector<std::string>& names) {
  std::vector<int> nodes;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    const compress::QNode& node = network.nodes[i];
    if (!std::holds_alternative<compress::QConv>(node.op)) continue;
    known.push_back(node.name);
    if (names.empty() || std::ranges::find(names, node.name) != names.end()) {
      nodes.push_back(static_cast<int>(i));
    }
  }
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw base::UserError("simulate.layer", network.name,
                          fmt::format("has no convolution or linear layer '{}'; it has {}", name,
                                      fmt::join(known, ", ")));
  }
  return nodes;
}

std::vector<LayerResult> run_network(CycleModel& core, const config::AcceleratorConfig& config,
                                     const golden::Executor& executor,
                                     std::span<const std::int8_t> input,
                                     const RunOptions& options) {
  const compress::QuantisedNetwork& network = executor.network();
  const std::vector<int> nodes = find_layers(network, options.layers);
  const std::vector<golden::Codes> codes = executor.run_all(input);
  LayerRunner runner(core, config);
  if (config.loads_codebook() && options.codebook != nullptr) {
    runner.load_codebook(*options.codebook);
  }
  std::vector<LayerResult> results;
  base::Progress progress("simulating layers", std::ssize(nodes));
  for (const int node : nodes) {
    LayerResult& result = results.emplace_back();
    result.task = layer_task(network, node);
    progress.remark(result.task.name);
    if (result.task.conv->store == compress::WeightStore::kDense && !config.array.dense_bypass) {
      result.reason = kNoBypass;
      progress.advance();
      continue;
    }
    if (options.before_layer) options.before_layer(result.task);
    LayerPlan plan(result.task, config);
    const auto source =
        static_cast<std::size_t>(network.nodes[static_cast<std::size_t>(node)].inputs[0]);
    plan.load(codes[source]);
    const double start = base::thread_cpu_seconds();
    const LayerRun run = runner.run(plan, layer_seed(options.stall_seed, node));
    result.cpu_seconds = base::thread_cpu_seconds() - start;
    result.counters = run.counters;
    result.mismatch =
        compare_codes(result.task.out_shape, codes[static_cast<std::size_t>(node)], run.codes);
    result.status = result.mismatch ? LayerStatus::kMismatch : LayerStatus::kEqual;
    progress.advance();
  }
  if (std::ranges::all_of(results, [](const LayerResult& result) {
        return result.status == LayerStatus::kNotRun;
      })) {
    throw base::UserError("simulate.dense", network.name,
                          fmt::format("no layer can run on this array: {}",
                                      results.empty() ? "there are none" : kNoBypass));
  }
  return results;
}

std::optional<CodeMismatch> compare_codes(const compress::MapShape& shape,
                                          std::span<const std::int8_t> expected,
                                          std::span<const std::int8_t> got) {
  VQROM_CHECK(expected.size() == got.size(), "{} codes against {}", got.size(), expected.size());
  std::optional<CodeMismatch> found;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == got[i]) continue;
    if (!found) {
      const auto at = static_cast<std::int64_t>(i);
      found.emplace();
      found->channel = at % shape.channels;
      found->x = at / shape.channels % shape.width;
      found->y = at / shape.channels / shape.width;
      found->expected = expected[i];
      found->got = got[i];
    }
    ++found->wrong;
  }
  if (found) found->neighbourhood = neighbourhood(shape, expected, got, *found);
  return found;
}

std::string mismatch_text(std::string_view layer, const compress::MapShape& shape,
                          const CodeMismatch& mismatch) {
  return fmt::format(
      "{}: {} of {} codes differ from the reference; the first is y {}, x {}, channel {}: "
      "expected {}, got {}\nchannel {} around it (expected|got where they differ):\n{}",
      layer, mismatch.wrong, shape.count(), mismatch.y, mismatch.x, mismatch.channel,
      mismatch.expected, mismatch.got, mismatch.channel, mismatch.neighbourhood);
}

std::string mismatch_text(const LayerResult& result) {
  return mismatch_text(result.task.name, result.task.out_shape, result.mismatch.value());
}

}  // namespace vqrom::sim
