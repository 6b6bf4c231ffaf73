// SPDX-License-Identifier: Apache-2.0
// vector_test — the SystemC vq_vector and the Verilated RTL in lockstep on random RUNs.
#include <deque>
#include <vector>

#include <gtest/gtest.h>

#include "gen/blocks/modules.h"
#include "sim/core/lockstep.h"
#include "sim/core/stream.h"
#include "sim/systemc/block_models.h"
#include "sw/base/random.h"
#include "tests/sim/block_model.h"

namespace vqrom::sim {
namespace {

using Beat = std::vector<std::uint8_t>;

// Beats of the three streams of random RUNs, and how many beats of codes they make.
struct Stimulus {
  Stimulus(const config::AcceleratorConfig& config, base::Random& random, int runs)
      : rows(config.array.rows), random_(random) {
    for (int i = 0; i < runs; ++i) add_run(config.vector_beats());
  }
  std::deque<Beat> configs, vectors, parameters;
  std::int64_t sum_beats = 0;
  std::int64_t add_beats = 0;

 private:
  std::uint8_t byte() { return static_cast<std::uint8_t>(random_.bits()); }
  void put_number(Beat& beat, std::int64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) beat.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  }
  std::int64_t multiplier() { return random_.between(0, (std::int64_t{1} << 31) - 1); }
  // Now and then one that is not legal: rows past the last channel may hold anything.
  std::int64_t shift(bool legal) {
    return legal ? random_.between(20, 44) : random_.between(0, 63);
  }

  void add_run(int beats) {
    const auto operation = static_cast<std::uint8_t>(random_.between(1, 3));
    const bool add = operation == 3;
    const std::int64_t low = random_.between(-128, 0);
    Beat config{static_cast<std::uint8_t>(add ? 1 : 0), byte(), static_cast<std::uint8_t>(low),
                static_cast<std::uint8_t>(random_.between(low, 127))};
    put_number(config, multiplier(), 4);
    put_number(config, multiplier(), 4);
    config.push_back(static_cast<std::uint8_t>(random_.between(1, 62)));
    config.push_back(byte());
    config.push_back(byte());
    configs.push_back(config);
    const std::int64_t groups = random_.between(1, 3);
    const std::int64_t windows = random_.between(1, 6);
    const std::int64_t positions = add ? 2 : random_.between(1, 9);
    const auto unit = static_cast<std::uint8_t>(random_.below(2));
    for (std::int64_t group = 0; group < groups; ++group) {
      for (int row = 0; row < rows && !add; ++row) add_parameter();
      for (std::int64_t window = 0; window < windows; ++window) {
        const bool group_last = window + 1 == windows;
        for (std::int64_t position = 0; position < positions; ++position) {
          const bool last = position + 1 == positions;
          const auto flag = [](bool on) { return static_cast<std::uint8_t>(on ? 1 : 0); };
          Beat beat{operation,
                    unit,
                    flag(position == 0),
                    flag(last),
                    flag(last && group_last),
                    flag(last && group_last && group + 1 == groups)};
          for (int i = 0; i < 2 * rows; ++i) beat.push_back(byte());
          vectors.push_back(beat);
        }
      }
    }
    (add ? add_beats : sum_beats) += groups * windows * beats;
  }
  void add_parameter() {
    Beat beat;
    put_number(beat, random_.between(-(1 << 20), 1 << 20), 4);
    put_number(beat, multiplier(), 4);
    put_number(beat, shift(random_.below(8) != 0), 1);
    parameters.push_back(beat);
  }

  int rows;
  base::Random& random_;
};

LockstepRules rules() {
  return {{}, {{"sum_data_o", "sum_valid_o"}, {"add_data_o", "add_valid_o"}}};
}

StallPattern stalls(std::uint64_t seed, std::uint64_t stream) {
  return seed % 3 == 0 ? StallPattern() : StallPattern::random(10 * seed + stream);
}

void run_streams(CycleModel& model, Stimulus& stimulus, std::uint64_t seed) {
  const auto from = [](std::deque<Beat>& queue) {
    return [&queue, beat = Beat()]() mutable -> const std::uint8_t* {
      if (queue.empty()) return nullptr;
      beat = queue.front();
      queue.pop_front();
      return beat.data();
    };
  };
  StreamSource configs(model,
                       {"config_valid_i",
                        "config_ready_o",
                        {"config_add_i", "config_zero_point_i", "config_low_i", "config_high_i",
                         "config_multiplier_a_i", "config_multiplier_b_i", "config_shift_i",
                         "config_zero_point_a_i", "config_zero_point_b_i"}},
                       stalls(seed, 1), from(stimulus.configs));
  StreamSource vectors(
      model,
      {"vector_valid_i",
       "vector_ready_o",
       {"vector_operation_i", "vector_unit_i", "vector_first_i", "vector_last_i",
        "vector_group_last_i", "vector_run_last_i", "act_data_i", "weight_data_i"}},
      stalls(seed, 2), from(stimulus.vectors));
  StreamSource parameters(
      model,
      {"param_valid_i", "param_ready_o", {"param_bias_i", "param_multiplier_i", "param_shift_i"}},
      stalls(seed, 3), from(stimulus.parameters));
  const auto nothing = [](std::span<const std::uint8_t>) {};
  StreamSink sums(model, {"sum_valid_o", "sum_ready_i", {"sum_data_o"}}, stalls(seed, 4), nothing,
                  "sum");
  StreamSink adds(model, {"add_valid_o", "add_ready_i", {"add_data_o"}}, stalls(seed, 5), nothing,
                  "add");
  for (int cycle = 0; cycle < 100000; ++cycle) {
    for (StreamSource* source : {&configs, &vectors, &parameters}) source->drive();
    for (StreamSink* sink : {&sums, &adds}) sink->drive();
    model.settle();
    for (StreamSource* source : {&configs, &vectors, &parameters}) source->sample();
    for (StreamSink* sink : {&sums, &adds}) sink->sample();
    model.clock_edge();
    if (sums.received() == stimulus.sum_beats && adds.received() == stimulus.add_beats) return;
  }
  ADD_FAILURE() << sums.received() << " of " << stimulus.sum_beats << " beats of sums and "
                << adds.received() << " of " << stimulus.add_beats << " of adds came";
}

void reset(CycleModel& model) {
  for (const bool level : {false, false, true}) {
    model.value(model.port("rst_n"))[0] = level ? 1 : 0;
    model.settle();
    model.clock_edge();
  }
}

class VectorLockstep : public ::testing::TestWithParam<std::pair<int, int>> {};

TEST_P(VectorLockstep, EqualsTheRtlOnRandomRuns) {
  config::AcceleratorConfig config;
  config.array.rows = GetParam().first;
  config.requantise.lanes = GetParam().second;
  netlist::Design design;
  design.set_top(blocks::add_vector(design, config));
  VerilatedModel rtl(build_block(design));
  VectorModel systemc(config);
  Lockstep both(rtl, systemc, {"vq_vector", "RTL", "SystemC", ""}, rules());
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    base::Random random(seed);
    reset(both);
    Stimulus stimulus(config, random, 20);
    run_streams(both, stimulus, seed);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(RowsAndLanes, VectorLockstep,
                         ::testing::Values(std::pair{4, 1}, std::pair{8, 8}, std::pair{16, 4},
                                           std::pair{32, 8}));

}  // namespace
}  // namespace vqrom::sim
