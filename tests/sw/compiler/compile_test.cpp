// SPDX-License-Identifier: Apache-2.0
// compile_test — programs of random networks on random accelerators equal golden in every bit.
#include "sw/compiler/compile.h"

#include <map>

#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "tests/sw/compiler/equal_golden.h"
#include "tests/sw/compiler/random_config.h"
#include "tests/sw/compress/random_network.h"

namespace vqrom::compiler {
namespace {

// How often each way to cut a layer was taken.
using Seen = std::map<std::string, int>;

void count(const Compilation& compilation, Seen& seen) {
  for (const LayerReport& layer : compilation.layers) {
    ++seen[layer.place.operation + " " + layer.place.weights];
    for (const TilingNote& note : layer.notes) {
      ++seen[note.order];
      if (note.stripes > 1 && note.chunks > 1) ++seen[note.order + ", stripes and chunks"];
      if (note.splits > 1) ++seen[note.input_split ? "sums and input split" : "sums split"];
      if (note.weights_resident && note.stripes > 1) ++seen["weights stay"];
      if (note.input_resident && note.stripes > 1) ++seen["input stays"];
    }
  }
}

// One network on one accelerator, in both orders of queues.
void try_seed(std::uint64_t seed, std::int64_t batch, Seen& seen) {
  SCOPED_TRACE(fmt::format("seed {}, batch {}", seed, batch));
  const auto [network, codebook] = compress::testing::random_network(seed, 12);
  base::Random random(seed);
  const config::AcceleratorConfig config = testing::random_config(random, codebook);
  CompileSettings settings{batch, nullptr};
  if (random.below(2) == 1) settings.codebook = &codebook;
  Compilation compilation;
  try {
    compilation = compile_network(network, config, codebook.sha256, settings);
  } catch (const base::UserError& error) {
    ++seen["refused"];
    EXPECT_EQ(error.problems()[0].code, "program.limit") << error.what();
    return;
  }
  count(compilation, seen);
  ASSERT_NO_THROW(check_program(compilation.program, "test"));
  for (const Order order : {Order::kLoadsFirst, Order::kStoresFirst}) {
    ASSERT_EQ(testing::difference_from_golden(compilation.program, network, codebook, seed, order),
              "");
  }
}

TEST(Compile, EqualsGoldenOnRandomNetworksAndAccelerators) {
  Seen seen;
  for (std::uint64_t seed = 0; seed < 400 && !HasFatalFailure(); ++seed) {
    try_seed(seed, 1, seen);
    try_seed(seed, 3, seen);
  }
  EXPECT_LT(seen["refused"], 30);
  for (const char* way : {"conv codebook", "conv dense", "linear codebook", "linear dense",
                          "depthwise codebook", "depthwise dense", "add none", "max_pool none",
                          "average_pool none", "copy none", "stripes outer, stripes and chunks",
                          "weights outer, stripes and chunks", "vector, stripes and chunks",
                          "sums split", "sums and input split", "weights stay", "input stays"}) {
    EXPECT_GE(seen[way], 5) << way;
  }
}

}  // namespace
}  // namespace vqrom::compiler
