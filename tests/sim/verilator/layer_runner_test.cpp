// SPDX-License-Identifier: Apache-2.0
#include "sim/core/layer_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/verilator/bundle_design.h"
#include "sim/verilator/verilated_model.h"
#include "sw/base/error.h"
#include "tests/sim/random_bundle.h"
#include "tests/sim/random_layer.h"

namespace vqrom::sim {
namespace {

using compress::WeightStore;

constexpr int kLargestChannels = 11;

// Runs random layers on the RTL of the bundle, back to back without a reset between them, each with
// and without stalls, and compares all codes with the golden reference. Registers start at random.
void run_layers(const RandomBundle& made, int layers) {
  const config::AcceleratorConfig& config = made.bundle().config;
  VerilatedModel rtl(build_model(core_design(made.bundle())), 5);
  LayerRunner runner(rtl, config);
  if (config.loads_codebook()) runner.load_codebook(made.codebook());
  for (int seed = 1; seed <= layers; ++seed) {
    SCOPED_TRACE(fmt::format("layer {}", seed));
    const bool dense = config.array.dense_bypass && seed % 2 == 0;
    const RandomLayer layer =
        random_layer(static_cast<std::uint64_t>(seed), made.codebook(),
                     dense ? WeightStore::kDense : WeightStore::kCodebook, kLargestChannels);
    const golden::Executor executor(layer.network, made.codebook());
    const golden::Codes expected = executor.run(layer.input);
    LayerPlan plan(layer_task(layer.network, 1), config);
    plan.load(layer.input);

    const LayerRun free = runner.run(plan, std::nullopt);
    const LayerRun stalled = runner.run(plan, static_cast<std::uint64_t>(seed));
    EXPECT_EQ(free.codes, expected);
    EXPECT_EQ(stalled.codes, expected);

    // What is done does not depend on stalls, only when.
    const LayerCounters& a = free.counters;
    const LayerCounters& b = stalled.counters;
    EXPECT_EQ(a.issue, b.issue);
    EXPECT_EQ(a.decode_beats, dense ? 0 : a.tiles * config.tile_beats());
    EXPECT_EQ(b.decode_beats, a.decode_beats);
    EXPECT_EQ(a.act_bytes, a.issue * config.array.rows);
    EXPECT_EQ(a.out_waits, 0);
    EXPECT_LE(a.cycles, b.cycles);
    EXPECT_LE(a.macs_used, a.macs_offered);
    EXPECT_GE(a.idle, 0) << "two reasons in one cycle";
  }
}

TEST(LayerRunner, GivesTheGoldenCodesOfRandomLayers) {
  const RandomBundle made("runner_a", config::find_config("tiny"), 16, 4, 8);
  run_layers(made, 40);
}

// Two read ports, a shallow accumulator, a product register, narrow elements, d = 2.
TEST(LayerRunner, GivesTheGoldenCodesOnAnotherArray) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.top = config::Top::kCore;
  config.array.rows = 6;
  config.array.product_register = true;
  config.accumulator.depth = 5;
  config.codebook.read_ports = 2;
  config.requantise.lanes = 4;
  config.bus.data_bits = 64;
  const RandomBundle made("runner_b", config, 19, 2, 5);
  run_layers(made, 40);
}

TEST(LayerRunner, GivesTheGoldenCodesWithTheCodebookInSram) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.top = config::Top::kCore;
  config.codebook.storage = config::Storage::kSram;
  config.codebook.read_ports = 2;
  const RandomBundle made("runner_sram", config, 300, 4, 5);
  run_layers(made, 20);
}

TEST(LayerRunner, GivesTheGoldenCodesWithoutADenseBypass) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.array.dense_bypass = false;
  config.codebook.storage = config::Storage::kRomMemory;
  const RandomBundle made("runner_c", config, 32, 4, 6);
  run_layers(made, 20);
}

TEST(LayerRunner, GivesTheGoldenCodesWithSeveralIndexWidths) {
  config::AcceleratorConfig config = config::find_config("tiny");
  config.top = config::Top::kCore;
  config.codebook.index_bits = {9, 6, 5};
  const RandomBundle made("runner_widths", config, 300, 4, 5);
  run_layers(made, 30);
  config.array.dense_bypass = false;
  config.codebook.read_ports = 2;
  config.codebook.index_bits = {9, 8, 3};
  const RandomBundle without_bypass("runner_widths_only", config, 300, 4, 5);
  run_layers(without_bypass, 30);
}

// Has vq_core's ports and never takes anything.
class DeadCore : public CycleModel {
 public:
  explicit DeadCore(const std::vector<Port>& ports) : ports_(ports) {
    for (const Port& each : ports_) {
      values_.emplace_back(static_cast<std::size_t>((each.width_bits + 7) / 8));
    }
  }
  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override {
    return values_[static_cast<std::size_t>(port)];
  }
  void settle() override {}
  void clock_edge() override {}

 private:
  std::vector<Port> ports_;
  std::vector<std::vector<std::uint8_t>> values_;
};

TEST(LayerRunner, EndsARunInWhichNothingMoves) {
  const RandomBundle made("runner_d", config::find_config("tiny"), 16, 4, 8);
  DeadCore core(made.bundle().core_ports);
  LayerRunner runner(core, made.bundle().config);
  const RandomLayer layer = random_layer(1, made.codebook(), WeightStore::kDense, 4);
  LayerPlan plan(layer_task(layer.network, 1), made.bundle().config);
  plan.load(layer.input);
  try {
    (void)runner.run(plan, std::nullopt);
    FAIL() << "did not end";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(
                                  "error[simulate.stuck]: layer: nothing moved for 100000 cycles"));
  }
}

}  // namespace
}  // namespace vqrom::sim
