// SPDX-License-Identifier: Apache-2.0
// random_run — sequences of RUNs with random geometry, each with regions of the buffers of its own.
#pragma once

#include "sw/base/random.h"
#include "tests/sim/run_reference.h"

namespace vqrom::sim {

// `count` words of a buffer from `start` on, modulo its size.
struct Region {
  std::int64_t start = 0;
  std::int64_t count = 0;
};

struct RandomRun {
  RunTask task;
  Region activations, weights, parameters, window;
};

// All four operations; blocks spread over two or three RUNs, with RUNs of the vector unit between
// them; padding, masks, dropped codes; addresses that wrap.
class RandomRuns {
 public:
  RandomRuns(const config::AcceleratorConfig& config, std::uint64_t seed);

  [[nodiscard]] std::vector<RandomRun> sequence(int runs);
  void fill(RunBuffers& buffers);
  // Other values in the regions that only this RUN reads.
  void scramble(const RandomRun& run, RunBuffers& buffers);

 private:
  [[nodiscard]] RandomRun any(std::int64_t operation);
  void add_array(std::vector<RandomRun>& runs);
  void place(RandomRun& run);
  void choose_output(RandomRun& run);
  [[nodiscard]] Parameter parameter();

  const config::AcceleratorConfig& config_;
  base::Random random_;
  // Next free word of each buffer.
  std::int64_t activation_ = 0, weight_ = 0, parameter_ = 0, window_ = 0, output_ = 0;
};

}  // namespace vqrom::sim
