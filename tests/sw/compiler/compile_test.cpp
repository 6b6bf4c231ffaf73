// SPDX-License-Identifier: Apache-2.0
// compile_test — programs of random networks on random accelerators equal golden in every bit.
#include "sw/compiler/compile.h"

#include <gtest/gtest.h>

#include "sw/base/error.h"
#include "tests/sw/compiler/equal_golden.h"
#include "tests/sw/compiler/random_config.h"
#include "tests/sw/compress/random_network.h"

namespace vqrom::compiler {
namespace {

// One network on one accelerator, in the given order of queues. Layers that do not fit are allowed.
void try_seed(std::uint64_t seed, std::int64_t batch, int& refused) {
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
    ++refused;
    EXPECT_EQ(error.problems()[0].code, "program.limit") << error.what();
    return;
  }
  ASSERT_NO_THROW(check_program(compilation.program, "test"));
  for (const Order order : {Order::kLoadsFirst, Order::kStoresFirst}) {
    ASSERT_EQ(testing::difference_from_golden(compilation.program, network, codebook, seed, order),
              "");
  }
}

TEST(Compile, EqualsGoldenOnRandomNetworksAndAccelerators) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 300 && !HasFatalFailure(); ++seed) {
    try_seed(seed, 1, refused);
    try_seed(seed, 3, refused);
  }
  EXPECT_LT(refused, 60);
}

}  // namespace
}  // namespace vqrom::compiler
