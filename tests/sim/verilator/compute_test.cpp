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
    bench.load_tables();

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
    EXPECT_EQ(bench.read_cycles().size(), tasks.size());
    EXPECT_EQ(bench.done_cycles().size(), tasks.size());
  }
}

// RUNs of one kind whose timing is measured: a map of 64 x 64 vectors in the activation buffer.
RunTask timed(config::Operation operation, std::int64_t kernel_h, std::int64_t kernel_w,
              std::int64_t groups, std::int64_t out_h, std::int64_t out_w) {
  RunTask task;
  task.shape.operation = static_cast<std::int64_t>(operation);
  task.shape.kernel_h = kernel_h;
  task.shape.kernel_w = kernel_w;
  task.shape.dilation_x = operation == config::Operation::kAdd ? 0 : 1;
  task.shape.out_y_step = task.shape.kernel_y_step = 64;
  task.shape.out_x_step = task.shape.kernel_x_step = 1;
  task.shape.group_step = 4096;
  task.shape.out_group_step = out_h * out_w;
  task.run.groups = groups;
  task.run.in_h = task.run.in_w = 64;
  task.run.out_h = out_h;
  task.run.out_w = out_w;
  task.run.out_groups = 4095;
  task.run.last_row = 127;
  return task;
}

// Cycles between the ends of the second and the last of `runs` equal RUNs, for each of them.
double cycles_of_one(ComputeBench& bench, const RunTask& task, int runs) {
  const std::vector<RunTask> tasks(static_cast<std::size_t>(runs), task);
  bench.carry_out(tasks, StallPattern());
  const std::vector<std::int64_t>& done = bench.done_cycles();
  return static_cast<double>(done.back() - done[1]) / (runs - 2);
}

class ComputeTiming : public ::testing::Test {
 protected:
  // R = C = 8, two lanes: four beats a pixel; dense tiles take 16 words, indices 4.
  ComputeTiming() : compute_("compute_t", configured("small", 8, 8, 2, 64), 256, 4, 8) {}
  Compute compute_;
};

TEST_F(ComputeTiming, ArrayTakesACycleForEachTileAndPixel) {
  ComputeBench& bench = compute_.bench();
  RunTask task = timed(config::Operation::kArray, 3, 3, 2, 5, 6);
  task.run.blocks = 3;
  const std::int64_t issues = 3 * 9 * 2 * 30;
  EXPECT_EQ(cycles_of_one(bench, task, 6), issues);
  EXPECT_EQ(bench.events().issue, 6 * issues);
  EXPECT_EQ(bench.events().act_read, 6 * issues);
  // From the offer of the first RUN: its weights, then all vectors, then the last block's drain.
  const std::int64_t alone = bench.carry_out(std::vector<RunTask>{task}, StallPattern());
  EXPECT_GT(alone, issues + 30 * 4);
  EXPECT_LT(alone, issues + 30 * 4 + 60);
}

TEST_F(ComputeTiming, ArrayWaitsForTheDecoderOfSmallTiles) {
  ComputeBench& bench = compute_.bench();
  RunTask task = timed(config::Operation::kArray, 1, 1, 40, 1, 1);
  task.shape.dense = 1;
  task.run.blocks = 10;
  // A dense tile of 64 weights is 8 words, and 16 beats of its decoder.
  EXPECT_EQ(cycles_of_one(bench, task, 4), 400 * 16);
}

TEST(Compute, ReadsAWordOfWeightsACycle) {
  config::AcceleratorConfig config = configured("small", 8, 8, 2, 32);
  config.codebook.read_ports = 16;
  Compute compute("compute_w", config, 256, 4, 8);
  // 16 indices of 8 bits: 4 words a tile, decoded in one beat.
  EXPECT_EQ(cycles_of_one(compute.bench(), timed(config::Operation::kArray, 1, 1, 200, 1, 1), 4),
            200 * 4);
}

TEST_F(ComputeTiming, ShortArrayRunsFollowEachOtherWithoutAGap) {
  ComputeBench& bench = compute_.bench();
  // One block of 5 tiles: its drain of 4 beats a pixel hides behind the next one's tiles.
  const RunTask task = timed(config::Operation::kArray, 1, 1, 5, 5, 8);
  EXPECT_EQ(cycles_of_one(bench, task, 8), 5 * 40);
}

TEST_F(ComputeTiming, TablesCostNoCycle) {
  ComputeBench& bench = compute_.bench();
  for (const config::Operation operation : {config::Operation::kArray, config::Operation::kAdd}) {
    const bool is_add = operation == config::Operation::kAdd;
    RunTask task = timed(operation, 1, is_add ? 2 : 1, 2, 5, 8);
    const std::int64_t without = bench.carry_out(std::vector<RunTask>{task, task}, StallPattern());
    task.shape.table = 1;
    EXPECT_EQ(bench.carry_out(std::vector<RunTask>{task, task}, StallPattern()), without);
  }
}

// 40 pixels of 4 beats: the buffers are free for the next LOADs while they drain, not before all
// vectors are issued.
TEST_F(ComputeTiming, HasReadAllBeforeTheLastBlockDrains) {
  ComputeBench& bench = compute_.bench();
  const RunTask task = timed(config::Operation::kArray, 1, 1, 5, 5, 8);
  bench.carry_out(std::vector<RunTask>{task}, StallPattern());
  const std::int64_t drain = bench.done_cycles()[0] - bench.read_cycles()[0];
  EXPECT_GT(drain, 40 * 4);
  EXPECT_LT(drain, 40 * 4 + 15);
}

// The second half of a block: one vector, no parameters, and a dense tile of 8 words.
TEST_F(ComputeTiming, HasNotReadAllBeforeItsWeights) {
  ComputeBench& bench = compute_.bench();
  RunTask task = timed(config::Operation::kArray, 1, 1, 1, 1, 1);
  task.shape.dense = 1;
  task.run.last = 0;
  bench.carry_out(std::vector<RunTask>{task}, StallPattern());
  bench.idle(100);
  task.run.first = 0;
  task.run.last = 1;
  bench.carry_out(std::vector<RunTask>{task}, StallPattern());
  // Taken, a tile, a job, 8 words at the unpacker's two cycles each at most, the pulse.
  EXPECT_GE(bench.read_cycles()[0], 3 + 8);
  EXPECT_LE(bench.read_cycles()[0], 4 + 2 * 8);
}

TEST_F(ComputeTiming, WindowTakesTheLongerOfItsKernelAndItsDrain) {
  ComputeBench& bench = compute_.bench();
  EXPECT_EQ(cycles_of_one(bench, timed(config::Operation::kWindowSum, 3, 3, 2, 6, 6), 6), 72 * 9);
  EXPECT_EQ(cycles_of_one(bench, timed(config::Operation::kWindowMax, 3, 3, 2, 6, 6), 6), 72 * 9);
  EXPECT_EQ(cycles_of_one(bench, timed(config::Operation::kWindowMax, 1, 5, 2, 6, 6), 6), 72 * 5);
  EXPECT_EQ(cycles_of_one(bench, timed(config::Operation::kWindowMax, 2, 2, 2, 6, 6), 6), 72 * 4);
  EXPECT_EQ(cycles_of_one(bench, timed(config::Operation::kWindowMax, 1, 1, 2, 6, 6), 6), 72 * 4);
  EXPECT_EQ(bench.events().vector_read, 6 * 72);
  EXPECT_EQ(bench.events().out_write, 6 * 72 * 4);
}

TEST_F(ComputeTiming, AddTakesTheLongerOfTwoVectorsAndItsDrain) {
  EXPECT_EQ(cycles_of_one(compute_.bench(), timed(config::Operation::kAdd, 1, 2, 2, 6, 6), 6),
            72 * 4);
}

TEST_F(ComputeTiming, AddHasTheLatencyOfItsParts) {
  // Taken, two addresses, the vector of b taken, 8 to the first code's write, 3 more beats.
  const RunTask task = timed(config::Operation::kAdd, 1, 2, 1, 1, 1);
  EXPECT_EQ(compute_.bench().carry_out(std::vector<RunTask>{task}, StallPattern()),
            1 + 2 + 1 + 8 + 3);
}

TEST(Compute, AddsAVectorInTwoCyclesWithLanesForHalfOfIt) {
  Compute compute("compute_u", configured("small", 8, 8, 4, 64), 16, 4, 8);
  EXPECT_EQ(cycles_of_one(compute.bench(), timed(config::Operation::kAdd, 1, 2, 2, 6, 6), 6),
            72 * 2);
}

TEST(Compute, TakesAVectorACycleWithALaneForEachRow) {
  Compute compute("compute_v", configured("small", 8, 8, 8, 64), 16, 4, 8);
  EXPECT_EQ(cycles_of_one(compute.bench(), timed(config::Operation::kWindowMax, 1, 1, 2, 6, 6), 6),
            72);
  EXPECT_EQ(cycles_of_one(compute.bench(), timed(config::Operation::kAdd, 1, 2, 2, 6, 6), 6),
            72 * 2);
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

TEST(Compute, CarriesOutRandomRunsWithSeveralIndexWidths) {
  config::AcceleratorConfig config = configured("tiny", 4, 8, 4, 32);
  config.codebook.index_bits = {6, 4, 3};
  Compute compute("compute_g", config, 50, 2, 8);
  run_sequences(compute, 30, 12);
  config.array.dense_bypass = false;
  config.codebook.read_ports = 4;
  config.codebook.index_bits = {6, 5, 1};
  Compute without_bypass("compute_h", config, 50, 4, 6);
  run_sequences(without_bypass, 30, 12);
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
