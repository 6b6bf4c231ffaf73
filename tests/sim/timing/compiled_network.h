// SPDX-License-Identifier: Apache-2.0
// compiled_network — a network, its program for one bundle and the reference, for tests.
#pragma once

#include "sim/core/program_runner.h"
#include "sw/compiler/compile.h"
#include "tests/sim/random_bundle.h"
#include "tests/sw/compress/random_network.h"

namespace vqrom::sim {

struct CompiledNetwork {
  CompiledNetwork(compress::QuantisedNetwork given, const Bundle& bundle,
                  const codebook::Codebook& codebook, std::int64_t batch)
      : network(std::move(given)),
        program(compiler::compile_network(network, bundle.config, bundle.codebook_sha256,
                                          {batch, &codebook})
                    .program),
        executor(network, codebook) {}

  [[nodiscard]] std::vector<golden::Codes> inputs(std::uint64_t seed) const {
    base::Random random(seed);
    std::vector<golden::Codes> all;
    for (std::int64_t i = 0; i < program.batch; ++i) {
      all.push_back(compress::testing::random_input(network, random));
    }
    return all;
  }
  [[nodiscard]] ResidentProgram resident(const std::string& name) const {
    return {name, &program, &executor};
  }

  compress::QuantisedNetwork network;
  compiler::Program program;
  golden::Executor executor;
};

}  // namespace vqrom::sim
