// SPDX-License-Identifier: Apache-2.0
// program — a network compiled for one bundle: instructions, memory image, and where tensors stand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "gen/config/instruction_set.h"
#include "sw/compress/quantised_network.h"

namespace vqrom::compiler {

inline constexpr std::string_view kProgramFormat = "vqrom-program-1";

// Where the feature map of a node stands: vectors [channel group][image][y][x],
// docs/rtl/accelerator.md. Several nodes may share memory (a concatenation and its inputs).
struct TensorPlace {
  int node = 0;                   // of the network
  std::string name;               // the node's
  compress::MapShape shape;       // of one image
  std::int64_t address = 0;       // byte, from the program's base
  std::int64_t group_stride = 0;  // bytes from a channel group to the next
  friend bool operator==(const TensorPlace&, const TensorPlace&) = default;
};

// The work of one node. Layers follow each other: a layer's instructions are those after the last
// RUN of the layer before it up to its own last RUN, so LOADs of the next layer and STOREs of the
// one before stand among them.
struct LayerPlace {
  int node = 0;
  std::string name;
  std::string
      operation;        // "conv", "linear", "depthwise", "add", "max_pool", "average_pool", "copy"
  std::string weights;  // "codebook", "dense" or "none"
  std::int64_t first_instruction = 0;
  std::int64_t instructions = 0;
  std::int64_t first_run = 0;
  std::int64_t runs = 0;
  std::int64_t macs = 0;              // multiplications that the layer defines, all images
  std::int64_t estimated_cycles = 0;  // from the end of the layer before it
  friend bool operator==(const LayerPlace&, const LayerPlace&) = default;
};

struct Program {
  std::string network;
  std::string codebook_sha256;       // of the bundle
  config::AcceleratorConfig config;  // the bundle's: a program runs on no other
  std::int64_t batch = 1;
  std::int64_t instruction_count = 0;
  std::int64_t memory_bytes = 0;    // from the base, feature maps included
  std::vector<std::uint8_t> image;  // what is loaded at the base: instructions, parameters, weights
  TensorPlace input;
  TensorPlace output;
  std::vector<TensorPlace> tensors;  // of every node that stands in memory, in the network's order
  std::vector<LayerPlace> layers;    // in the order of the program

  // Decodes instruction `i`. Errors: program.instruction.
  [[nodiscard]] config::Instruction instruction(std::int64_t i) const;
};

// Writes directory/program.json and directory/memory.safetensors, both or neither.
void write_program(const std::filesystem::path& directory, const Program& program);
// What is read of the image. What runs without data needs the instructions alone, with which the
// image begins; parameters and weights stay unread.
enum class ImagePart { kWhole, kInstructions };
// Errors: file.*, json.*, safetensors.*, config.relation, program.format, program.instruction.
[[nodiscard]] Program read_program(const std::filesystem::path& directory,
                                   ImagePart part = ImagePart::kWhole);

// What the machine relies on: every instruction decodes, its addresses lie within memory and
// buffers, its waits are for instructions before it, and the last one is END. Errors:
// program.instruction at `place`, all of them at once.
void check_program(const Program& program, std::string_view place);

// Codes of one image, NHWC, to and from their place in memory (`memory` starts at the base). Bytes
// past the last channel are left as they are.
void put_tensor(std::span<std::uint8_t> memory, const TensorPlace& place, const Program& program,
                std::int64_t image, std::span<const std::int8_t> codes);
[[nodiscard]] std::vector<std::int8_t> get_tensor(std::span<const std::uint8_t> memory,
                                                  const TensorPlace& place, const Program& program,
                                                  std::int64_t image);

}  // namespace vqrom::compiler
