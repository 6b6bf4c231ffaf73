// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/clamp_program.h"

#include <array>
#include <cstring>

#include "gen/config/instruction_set.h"

namespace vqrom::sim {
namespace {

constexpr std::int64_t kPixels = 3 * 4;
constexpr std::int64_t kGroups = 2;  // of four channels, a bus word
constexpr std::int64_t kMapWords = kGroups * kPixels;
constexpr std::int64_t kMapBytes = 4 * kMapWords;
constexpr std::int64_t kEntries = 4 * kGroups;
constexpr std::int64_t kEntryBytes = 16;
constexpr std::int64_t kParameters = 512;
constexpr std::int64_t kFirstMap = kParameters + kEntries * kEntryBytes;
constexpr base::Multiplier kOne{1 << 30, 30};

void append(compiler::Program& program, const config::Instruction& instruction) {
  const config::InstructionWord word = config::encode(instruction);
  program.image.insert(program.image.end(), word.begin(), word.end());
  ++program.instruction_count;
}

// A window maximum of 1 x 1, group by group.
void append_layer(compiler::Program& program, int layer) {
  const compress::QNode node = clamp_network().nodes[static_cast<std::size_t>(layer) + 1];
  const compress::CodeRange range = std::get<compress::QClamp>(node.op).range;
  const std::int64_t first = program.instruction_count;
  const auto map_of = [&](int number) {
    return program.tensors[static_cast<std::size_t>(number)].address;
  };
  append(program, config::Load{.wait_reads = 2 * layer,
                               .wait_stores = layer,
                               .address = map_of(layer),
                               .row_words = kPixels,
                               .rows = kGroups,
                               .row_stride = 4 * kPixels,
                               .buffer_stride = kPixels});
  append(program, config::Load{.target = static_cast<int>(config::Target::kParameters),
                               .wait_reads = 2 * layer,
                               .address = kParameters,
                               .row_words = kEntries * kEntryBytes / 4,
                               .rows = 1});
  append(program, config::Shape{.operation = static_cast<int>(config::Operation::kWindowMax),
                                .out_y_step = 4,
                                .out_x_step = 1,
                                .low = range.low,
                                .high = range.high});
  for (std::int64_t group = 0; group < kGroups; ++group) {
    append(program, config::Run{.wait_loads = 2 * layer + 2,
                                .wait_stores = layer,
                                .act_start = group * kPixels,
                                .in_h = 3,
                                .in_w = 4,
                                .out_h = 3,
                                .out_w = 4,
                                .parameters = 4 * group,
                                .output = group * kPixels});
  }
  append(program, config::Store{.wait_runs = 2 * layer + 2,
                                .address = map_of(layer + 1),
                                .row_words = kMapWords,
                                .rows = 1});
  program.layers.push_back({layer + 1, node.name, "copy", "none", first,
                            program.instruction_count - first, 2 * layer, 2, 0, 100});
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

compiler::Program clamp_program(const config::AcceleratorConfig& config) {
  const compress::QuantisedNetwork network = clamp_network();
  compiler::Program program;
  program.network = network.name;
  program.config = config;
  for (int node = 0; node < 3; ++node) {
    const compress::QNode& from = network.nodes[static_cast<std::size_t>(node)];
    program.tensors.push_back(
        {node, from.name, from.shape, kFirstMap + node * kMapBytes, kMapBytes / 2});
  }
  program.input = program.tensors.front();
  program.output = program.tensors.back();
  for (int layer = 0; layer < 2; ++layer) append_layer(program, layer);
  append(program, config::End{});
  ++program.layers.back().instructions;
  program.image.resize(kParameters);
  for (std::int64_t entry = 0; entry < kEntries; ++entry) {
    std::array<std::uint8_t, kEntryBytes> bytes{};
    std::memcpy(bytes.data() + 4, &kOne.multiplier, 4);
    bytes[8] = kOne.shift;
    program.image.insert(program.image.end(), bytes.begin(), bytes.end());
  }
  program.memory_bytes = kFirstMap + 3 * kMapBytes;
  return program;
}

}  // namespace vqrom::sim
