// SPDX-License-Identifier: Apache-2.0
#include "sim/core/program_queues.h"

#include <gtest/gtest.h>

#include "tests/sim/clamp_program.h"

namespace vqrom::sim {
namespace {

class Queues : public testing::Test {
 protected:
  const Bundle bundle_ = clamp_bundle();
  const compiler::Program program_ = clamp_program(bundle_.config);
  const ProgramQueues queues_{program_};
};

TEST_F(Queues, NameWhatEachQueueWaitsFor) {
  EXPECT_EQ(queues_.waiting_text({.loads = 0}),
            "LOAD 0 (layer first) waits for no other\n"
            "RUN 0 (layer first) waits for LOAD 1; 0 are complete\n"
            "STORE 0 (layer first) waits for RUN 1; 0 are complete");
  EXPECT_EQ(
      queues_.waiting_text({.loads = 2, .reads = 1, .runs = 2}),
      "LOAD 2 (layer second) waits for the reads of RUN 1; 1 are complete, and for STORE 0; 0 are "
      "complete\n"
      "RUN 2 (layer second) waits for LOAD 3; 2 are complete, and for the reads of STORE 0; "
      "0 are complete\n"
      "STORE 0 (layer first) waits for no other");
  EXPECT_EQ(queues_.waiting_text({4, 4, 4, 2, 2}),
            "all 4 LOADs are complete\nall 4 RUNs are complete\nall 2 STOREs are complete");
}

TEST_F(Queues, CountTheWordsOfALayer) {
  for (const std::size_t layer : {0, 1}) {
    const MovedWords words = queues_.moved_words(layer);
    EXPECT_EQ(words.of(config::Target::kActivations), 24);
    EXPECT_EQ(words.of(config::Target::kParameters), 32);
    EXPECT_EQ(words.of(config::Target::kWeights), 0);
    EXPECT_EQ(words.stored, 24);
  }
}

TEST_F(Queues, FinishALayerWithItsLastStoreAndNotWithItsLastRun) {
  EXPECT_EQ(queues_.finished_layers({2, 2, 2, 1, 0}), 0U);
  EXPECT_EQ(queues_.finished_layers({2, 2, 2, 1, 1}), 1U);
  EXPECT_EQ(queues_.finished_layers({4, 4, 4, 2, 1}), 1U);
  EXPECT_EQ(queues_.finished_layers({4, 4, 4, 2, 2}), 2U);
}

}  // namespace
}  // namespace vqrom::sim
