// SPDX-License-Identifier: Apache-2.0
// data_network — one of the shared networks, its program for one bundle and the reference.
#pragma once

#include <filesystem>

#include "sim/core/program_runner.h"
#include "sw/compiler/compile.h"
#include "sw/compress/compress.h"
#include "sw/model/import.h"

namespace vqrom::sim {

// A network in indices, calibrated on its own sample input, its program and the reference.
struct DataNetwork {
  DataNetwork(const std::filesystem::path& data, const std::string& name, const Bundle& bundle,
              const codebook::Codebook& codebook)
      : network(compressed(data, name, codebook, samples)),
        program(compiler::compile_network(network, bundle.config, bundle.codebook_sha256,
                                          {1, &codebook})
                    .program),
        executor(network, codebook),
        input({executor.quantise_input(samples)}) {}

  static compress::QuantisedNetwork compressed(const std::filesystem::path& data,
                                               const std::string& name,
                                               const codebook::Codebook& codebook,
                                               std::vector<float>& sample) {
    const model::Model model = model::import_onnx(data / "networks" / (name + ".onnx"));
    const model::SampleSet set(data / "golden" / (name + ".input.npy"), model.nodes[0].shape, {});
    sample = set.sample(0);
    return compress::compress_network(
        model, codebook, [&](std::int64_t i) { return set.sample(i); },
        {.dense = {"first", "last"}, .calibration_count = 1, .preprocess = {}});
  }

  std::vector<float> samples;
  compress::QuantisedNetwork network;
  compiler::Program program;
  golden::Executor executor;
  std::vector<golden::Codes> input;
};

}  // namespace vqrom::sim
