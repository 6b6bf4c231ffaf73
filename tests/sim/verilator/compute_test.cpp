// SPDX-License-Identifier: Apache-2.0
// compute_test — vq_compute carries out RUNs as docs/rtl/accelerator.md says, in the time it says.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/verilator/model_build.h"
#include "sim/verilator/verilated_model.h"
#include "sw/base/error.h"
#include "tests/sim/compute_bench.h"
#include "tests/sim/random_run.h"

namespace vqrom::sim {
namespace {

config::AcceleratorConfig configured(const char* base, int rows, int columns, int lanes,
                                     int bus_bits) {
  config::AcceleratorConfig config = config::find_config(base);
  config.array.rows = rows;
  config.array.columns = columns;
  config.requantise.lanes = lanes;
  config.bus.data_bits = bus_bits;
  return config;
}

class Compute {
 public:
  Compute(const std::string& name, const config::AcceleratorConfig& config, int entries,
          int dimension, int element_bits)
      : design_(name, config, entries, dimension, element_bits),
        rtl_(build_model({.top = "vq_compute", .sources = design_.sources()}), 5),
        bench_(rtl_, design_.config()) {
    bench_.reset();
  }

  [[nodiscard]] const config::AcceleratorConfig& config() const { return design_.config(); }
  [[nodiscard]] const codebook::Codebook& codebook() const { return design_.codebook(); }
  [[nodiscard]] ComputeBench& bench() { return bench_; }

 private:
  ComputeDesign design_;
  VerilatedModel rtl_;
  ComputeBench bench_;
};

// Random sequences, back to back and with pauses, without a reset between them. What a RUN has
// read is overwritten as soon as it says so; its codes are compared as soon as it is done.
void run_sequences(Compute& compute, int sequences, int runs) {
  ComputeBench& bench = compute.bench();
  for (int seed = 1; seed <= sequences; ++seed) {
    SCOPED_TRACE(fmt::format("sequence {}", seed));
    RandomRuns random(compute.config(), static_cast<std::uint64_t>(seed));
    const std::vector<RandomRun> sequence = random.sequence(runs);
    std::vector<RunTask> tasks;
    for (const RandomRun& each : sequence) tasks.push_back(each.task);
    random.fill(bench.buffers);

    RunBuffers expected = bench.buffers;
    RunReference reference(compute.config(), compute.codebook());
    std::vector<std::vector<std::size_t>> places;
    for (const RunTask& task : tasks) places.push_back(reference.carry_out(task, expected));

    bench.on_read = [&](std::size_t run) { random.scramble(sequence[run], bench.buffers); };
    std::size_t wrong = 0;
    bench.on_done = [&](std::size_t run) {
      for (const std::size_t at : places[run]) {
        if (bench.buffers.output[at] == expected.output[at] || wrong++ != 0) continue;
        ADD_FAILURE() << "RUN " << run << " (" << config::disassemble(tasks[run].shape) << "; "
                      << config::disassemble(tasks[run].run) << "): byte " << at << " is "
                      << int{bench.buffers.output[at]} << ", not " << int{expected.output[at]};
      }
    };
    const bool stalled = seed % 2 == 0;
    bench.carry_out(
        tasks, stalled ? StallPattern::random(static_cast<std::uint64_t>(seed)) : StallPattern());
    ASSERT_EQ(wrong, 0U);
    ASSERT_TRUE(bench.buffers.output == expected.output) << "a byte that no RUN writes";
    const ComputeEvents before = bench.events();
    bench.idle(50);
    EXPECT_EQ(bench.events().busy, before.busy);
    EXPECT_EQ(bench.done_cycles().size(), tasks.size());
  }
}

TEST(Compute, CarriesOutRandomRunsOnTiny) {
  Compute compute("compute_a", config::find_config("tiny"), 16, 4, 8);
  run_sequences(compute, 60, 12);
}

TEST(Compute, CarriesOutRandomRunsWithMoreColumnsThanRows) {
  Compute compute("compute_b", configured("small", 8, 16, 2, 64), 37, 2, 6);
  run_sequences(compute, 30, 12);
}

TEST(Compute, CarriesOutRandomRunsWithMoreRowsThanColumns) {
  config::AcceleratorConfig config = configured("small", 16, 8, 4, 32);
  config.array.product_register = true;
  config.accumulator.depth = 20;
  Compute compute("compute_c", config, 64, 8, 8);
  run_sequences(compute, 30, 12);
}

TEST(Compute, CarriesOutRandomRunsWithoutADenseBypass) {
  config::AcceleratorConfig config = configured("tiny", 4, 8, 4, 32);
  config.array.dense_bypass = false;
  Compute compute("compute_d", config, 16, 4, 6);
  run_sequences(compute, 30, 12);
}

TEST(Compute, CarriesOutRandomRunsOnMedium) {
  Compute compute("compute_e", config::find_config("medium"), 256, 4, 8);
  run_sequences(compute, 10, 12);
}

TEST(Compute, CarriesOutRandomRunsOnLarge) {
  Compute compute("compute_f", config::find_config("large"), 256, 8, 8);
  run_sequences(compute, 3, 10);
}

}  // namespace
}  // namespace vqrom::sim
