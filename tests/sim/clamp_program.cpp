// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/clamp_program.h"

#include <algorithm>

#include "gen/config/instruction_set.h"

namespace vqrom::sim {
namespace {

constexpr std::int64_t kMapBytes = 3 * 4 * 8;  // two groups of four channels
constexpr std::int64_t kFirstMap = 512;

void append(compiler::Program& program, const config::Instruction& instruction) {
  const config::InstructionWord word = config::encode(instruction);
  program.image.insert(program.image.end(), word.begin(), word.end());
  ++program.instruction_count;
}

}  // namespace

Bundle clamp_bundle() {
  Bundle bundle;
  bundle.directory = "clamps-bundle";
  bundle.config = config::find_config("tiny");
  bundle.config.top = config::Top::kAccelerator;
  bundle.config.codebook.entries = 16;
  bundle.config.codebook.dimension = 4;
  bundle.config.codebook.element_bits = 8;
  bundle.codebook_sha256 = std::string(60, 'a') + "0123";
  bundle.top = "vq_accelerator";
  return bundle;
}

compress::QuantisedNetwork clamp_network() {
  compress::QuantisedNetwork network;
  network.name = "clamps";
  const compress::MapShape shape{3, 4, 6};
  network.nodes.push_back({"input", compress::QInput{}, {}, shape, {}});
  network.nodes.push_back({"first", compress::QClamp{{-20, 20}}, {0}, shape, {}});
  network.nodes.push_back({"second", compress::QClamp{{-10, 30}}, {1}, shape, {}});
  network.output = 2;
  return network;
}

compiler::Program clamp_program(const Bundle& bundle) {
  const compress::QuantisedNetwork network = clamp_network();
  compiler::Program program;
  program.network = network.name;
  program.config = bundle.config;
  for (int node = 0; node < 3; ++node) {
    const compress::QNode& from = network.nodes[static_cast<std::size_t>(node)];
    program.tensors.push_back(
        {node, from.name, from.shape, kFirstMap + node * kMapBytes, kMapBytes / 2});
  }
  program.input = program.tensors.front();
  program.output = program.tensors.back();
  for (int layer = 0; layer < 2; ++layer) {
    const std::int64_t first = program.instruction_count;
    append(program,
           config::Load{.wait_stores = layer,
                        .address = program.tensors[static_cast<std::size_t>(layer)].address,
                        .row_words = 8,
                        .rows = 3,
                        .row_stride = 32,
                        .buffer_stride = 8});
    append(program, config::Shape{.operation = 2, .low = -20, .high = 20});
    for (int run = 0; run < 2; ++run) {
      append(program,
             config::Run{.wait_loads = layer + 1, .wait_stores = layer, .out_h = 2, .out_w = 3});
    }
    append(program,
           config::Store{.wait_runs = 2 * layer + 2,
                         .address = program.tensors[static_cast<std::size_t>(layer) + 1].address,
                         .row_words = 24,
                         .rows = 1});
    program.layers.push_back({layer + 1, program.tensors[static_cast<std::size_t>(layer) + 1].name,
                              "copy", "none", first, program.instruction_count - first, 2 * layer,
                              2, 0, 100});
  }
  append(program, config::End{});
  ++program.layers.back().instructions;
  program.image.resize(kFirstMap);
  program.memory_bytes = kFirstMap + 3 * kMapBytes;
  return program;
}

}  // namespace vqrom::sim
