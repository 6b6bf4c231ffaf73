// SPDX-License-Identifier: Apache-2.0
// dma_test — the SystemC vq_dma and the Verilated RTL in lockstep, memory and buffers in the bench.
#include <gtest/gtest.h>

#include "sim/systemc/block_models.h"
#include "tests/sim/verilator/random_transfers.h"

namespace vqrom::sim {
namespace {

class DmaLockstep : public ::testing::TestWithParam<DmaSize> {};

TEST_P(DmaLockstep, EqualsTheRtlInRandomMixesUnderRandomStalls) {
  DmaModel systemc(dma_config(GetParam()));
  for (std::uint64_t seed = 0; seed <= 8; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    base::Random random(seed + 100);
    AxiMemoryOptions options = memory_options(GetParam(), static_cast<int>(random.between(1, 40)));
    options.stall_seed = seed;
    options.cycles_per_word = random.below(4) == 0 ? 3 : 1;
    DmaBench bench(GetParam(), options, kBase, seed + 1, &systemc);
    add_random_mix(bench, random, GetParam().codeword_bits != 0);
    bench.run(200000);
    bench.check_all();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, DmaLockstep,
                         ::testing::Values(DmaSize{4, 32, 16, 8, 32}, DmaSize{12, 32, 7, 4, 20},
                                           DmaSize{32, 128, 256, 16, 40}, DmaSize{8, 64, 1, 1, 32},
                                           DmaSize{16, 64, 8, 4, 32, 72}));

}  // namespace
}  // namespace vqrom::sim
