// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/program.h"

#include <algorithm>
#include <cstring>

#include "sw/base/checked.h"
#include "sw/base/file.h"
#include "sw/base/json.h"
#include "sw/base/safetensors.h"

namespace vqrom::compiler {
namespace {

using base::Json;

Json to_json(const TensorPlace& place) {
  return {{"node", place.node},
          {"name", place.name},
          {"shape", {place.shape.height, place.shape.width, place.shape.channels}},
          {"address", place.address},
          {"group_stride", place.group_stride}};
}

Json to_json(const LayerPlace& layer) {
  return {{"node", layer.node},
          {"name", layer.name},
          {"operation", layer.operation},
          {"weights", layer.weights},
          {"first_instruction", layer.first_instruction},
          {"instructions", layer.instructions},
          {"first_run", layer.first_run},
          {"runs", layer.runs},
          {"macs", layer.macs},
          {"estimated_cycles", layer.estimated_cycles}};
}

template <typename T>
Json list_of(const std::vector<T>& all) {
  Json list = Json::array();
  for (const T& one : all) list.push_back(to_json(one));
  return list;
}

// Calls visit(byte offset in memory, first code, codes) for each pixel's part of a group.
template <typename Visit>
void for_vectors(const TensorPlace& place, const Program& program, std::int64_t image,
                 Visit visit) {
  VQROM_CHECK(image >= 0 && image < program.batch, "image {} of a batch of {}", image,
              program.batch);
  const std::int64_t rows = program.config.array.rows;
  const std::int64_t pixels = place.shape.height * place.shape.width;
  for (std::int64_t first = 0; first < place.shape.channels; first += rows) {
    const auto count = static_cast<std::size_t>(std::min(rows, place.shape.channels - first));
    std::int64_t address =
        place.address + first / rows * place.group_stride + image * pixels * rows;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel, address += rows) {
      visit(static_cast<std::size_t>(address),
            static_cast<std::size_t>(pixel * place.shape.channels + first), count);
    }
  }
}

}  // namespace

config::Instruction Program::instruction(std::int64_t i) const {
  VQROM_CHECK(i >= 0 && i < instruction_count, "instruction {} of {}", i, instruction_count);
  constexpr std::size_t kBytes = config::kInstructionBytes;
  const auto bytes =
      std::span<const std::uint8_t>(image).subspan(static_cast<std::size_t>(i) * kBytes, kBytes);
  return config::decode(bytes.first<kBytes>(), "", i);
}

void write_program(const std::filesystem::path& directory, const Program& program) {
  Json json = Json::object();
  json["format"] = kProgramFormat;
  json["network"] = program.network;
  json["codebook_sha256"] = program.codebook_sha256;
  json["config"] = config::to_json(program.config);
  json["batch"] = program.batch;
  json["instruction_count"] = program.instruction_count;
  json["memory_bytes"] = program.memory_bytes;
  json["input"] = to_json(program.input);
  json["output"] = to_json(program.output);
  json["tensors"] = list_of(program.tensors);
  json["layers"] = list_of(program.layers);

  base::TensorFile file;
  file.tensors["image"] = base::Tensor::of<std::uint8_t>(
      {static_cast<std::int64_t>(program.image.size())}, program.image);
  file.metadata["format"] = kProgramFormat;
  base::DirectoryWriter writer(directory, "program.json");
  writer.write("program.json", base::json_text(json));
  writer.write("memory.safetensors", base::safetensors_bytes(file));
  writer.commit();
}

void put_tensor(std::span<std::uint8_t> memory, const TensorPlace& place, const Program& program,
                std::int64_t image, std::span<const std::int8_t> codes) {
  VQROM_CHECK(std::ssize(codes) == place.shape.count(), "{} codes for '{}'", codes.size(),
              place.name);
  for_vectors(place, program, image, [&](std::size_t to, std::size_t from, std::size_t count) {
    std::memcpy(memory.subspan(to, count).data(), codes.data() + from, count);
  });
}

std::vector<std::int8_t> get_tensor(std::span<const std::uint8_t> memory, const TensorPlace& place,
                                    const Program& program, std::int64_t image) {
  std::vector<std::int8_t> codes(static_cast<std::size_t>(place.shape.count()));
  for_vectors(place, program, image, [&](std::size_t from, std::size_t to, std::size_t count) {
    std::memcpy(codes.data() + to, memory.subspan(from, count).data(), count);
  });
  return codes;
}

}  // namespace vqrom::compiler
