// SPDX-License-Identifier: Apache-2.0
// read_program — program.json and memory.safetensors, read strictly.
#include <algorithm>

#include "sw/base/json.h"
#include "sw/base/safetensors.h"
#include "sw/compiler/program.h"

namespace vqrom::compiler {
namespace {

using base::Json;
using base::ObjectReader;
using base::Problems;

constexpr std::int64_t kLargestNumber = std::int64_t{1} << 60;
constexpr std::int64_t kLargestMemory = std::int64_t{1} << 40;
constexpr std::int64_t kLargestBatch = std::int64_t{1} << 16;

// The reader's codes speak of a configuration; here they are about the program.
[[noreturn]] void fail_as_program(const Problems& problems) {
  std::vector<base::Problem> all = problems.all();
  for (base::Problem& problem : all) {
    if (problem.code.starts_with("config.")) problem.code = "program.format";
  }
  throw base::UserError(std::move(all));
}

compress::MapShape read_shape(ObjectReader& reader, const std::string& place, Problems& problems) {
  const Json& shape = reader.raw("shape");
  const auto extent = [](const Json& value) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() >= 1 &&
           value.get<std::uint64_t>() <= (1U << 20);
  };
  if (!shape.is_array() || shape.size() != 3 || !std::ranges::all_of(shape, extent)) {
    problems.add("program.format", place, "shape must be [height, width, channels]");
    return {};
  }
  return {shape[0].get<std::int64_t>(), shape[1].get<std::int64_t>(), shape[2].get<std::int64_t>()};
}

TensorPlace read_tensor(ObjectReader reader, const std::string& place, Problems& problems) {
  TensorPlace tensor;
  tensor.node = static_cast<int>(reader.integer("node", 0, 1 << 30));
  tensor.name = reader.text("name");
  tensor.shape = read_shape(reader, place, problems);
  tensor.address = reader.integer("address", 0, kLargestMemory);
  tensor.group_stride = reader.integer("group_stride", 1, kLargestMemory);
  reader.finish();
  return tensor;
}

LayerPlace read_layer(ObjectReader reader) {
  LayerPlace layer;
  layer.node = static_cast<int>(reader.integer("node", 0, 1 << 30));
  layer.name = reader.text("name");
  layer.operation = reader.choice(
      "operation", {"conv", "linear", "depthwise", "add", "max_pool", "average_pool", "copy"});
  layer.weights = reader.choice("weights", {"codebook", "dense", "none"});
  layer.first_instruction = reader.integer("first_instruction", 0, kLargestNumber);
  layer.instructions = reader.integer("instructions", 0, kLargestNumber);
  layer.first_run = reader.integer("first_run", 0, kLargestNumber);
  layer.runs = reader.integer("runs", 0, kLargestNumber);
  layer.macs = reader.integer("macs", 0, kLargestNumber);
  layer.estimated_cycles = reader.integer("estimated_cycles", 0, kLargestNumber);
  reader.finish();
  return layer;
}

template <typename Read>
void for_each_object(ObjectReader& parent, std::string_view key, const std::string& place,
                     Problems& problems, Read read) {
  const Json& list = parent.raw(key);
  if (!list.is_array()) {
    problems.add("program.format", place, fmt::format("{} must be a list", key));
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    read(ObjectReader(list[i], place, fmt::format("{}[{}]", key, i), problems));
  }
}

void check_config(const config::AcceleratorConfig& config, const std::string& place) {
  Problems problems;
  if (config.codebook.entries == 0 || config.codebook.dimension == 0 ||
      config.codebook.element_bits == 0) {
    problems.add("program.format", place,
                 "config.codebook must have entries, dimension and "
                 "element_bits");
    problems.throw_if_any();
  }
  if (config.top != config::Top::kAccelerator) {
    problems.add("program.format", place, "config.top is core; must be accelerator");
  }
  codebook::Codebook codebook;
  codebook.entries = config.codebook.entries;
  codebook.dimension = config.codebook.dimension;
  codebook.element_bits = config.codebook.element_bits;
  codebook.structure = config.codebook.structure.value_or(codebook.structure);
  config::AcceleratorConfig copy = config;
  config::bind_codebook(copy, codebook, place);
  problems.throw_if_any();
}

void check_tensor(const Program& program, const TensorPlace& tensor, const std::string& place,
                  Problems& problems) {
  const std::int64_t rows = program.config.array.rows;
  const std::int64_t map = tensor.shape.height * tensor.shape.width * rows * program.batch;
  const std::int64_t groups = (tensor.shape.channels + rows - 1) / rows;
  const std::int64_t end = tensor.address + (groups - 1) * tensor.group_stride + map;
  if (end > program.memory_bytes) {
    problems.add("program.format", place,
                 fmt::format("tensor '{}' ends at byte {}; memory_bytes is {}", tensor.name, end,
                             program.memory_bytes));
  }
}

// `image`: bytes of the whole.
void check_sizes(const Program& program, std::int64_t image, const std::string& place,
                 Problems& problems) {
  if (program.instruction_count > image / config::kInstructionBytes) {
    problems.add("program.format", place,
                 fmt::format("instruction_count is {}; the image has {} bytes, {} instructions at "
                             "most",
                             program.instruction_count, image, image / config::kInstructionBytes));
  }
  if (image > program.memory_bytes) {
    problems.add(
        "program.format", place,
        fmt::format("memory_bytes is {}; the image alone has {}", program.memory_bytes, image));
  }
  const std::int64_t space = std::int64_t{1} << program.config.bus.address_bits;
  if (program.memory_bytes > space) {
    problems.add("program.format", place,
                 fmt::format("memory_bytes is {}; {} address bits reach {}", program.memory_bytes,
                             program.config.bus.address_bits, space));
  }
  check_tensor(program, program.input, place, problems);
  check_tensor(program, program.output, place, problems);
  for (const TensorPlace& tensor : program.tensors) {
    check_tensor(program, tensor, place, problems);
  }
}

// Returns the bytes of the whole image.
std::int64_t read_image(const std::filesystem::path& path, ImagePart part, Program& program) {
  const std::string place = path.string();
  if (part == ImagePart::kWhole) {
    const base::TensorFile file = base::read_safetensors(path);
    const auto image = file.get("image", base::DType::kUint8, {-1}, place).as<std::uint8_t>();
    program.image.assign(image.begin(), image.end());
    return std::ssize(program.image);
  }
  const std::int64_t bytes = program.instruction_count * config::kInstructionBytes;
  base::TensorStart image = base::read_tensor_start(path, "image", static_cast<std::size_t>(bytes));
  base::check_tensor("image", image.dtype, image.shape, base::DType::kUint8, {-1}, place);
  program.image = std::move(image.bytes);
  return image.shape[0];
}

}  // namespace

Program read_program(const std::filesystem::path& directory, ImagePart part) {
  const std::filesystem::path path = directory / "program.json";
  const std::string place = path.string();
  const Json json = base::read_json(path);
  if (!json.is_object() || json.value("format", Json()) != Json(kProgramFormat)) {
    throw base::UserError("program.format", place,
                          fmt::format("is not a program of format {}; make it again with `vqrom "
                                      "compile`",
                                      kProgramFormat));
  }
  Problems problems;
  ObjectReader reader(json, place, "", problems);
  Program program;
  (void)reader.raw("format");
  program.network = reader.text("network");
  program.codebook_sha256 = reader.text("codebook_sha256");
  const Json& config = reader.raw("config");
  program.batch = reader.integer("batch", 1, kLargestBatch);
  program.instruction_count = reader.integer("instruction_count", 1, kLargestMemory);
  program.memory_bytes = reader.integer("memory_bytes", 1, kLargestMemory);
  using enum ObjectReader::Presence;
  program.input = read_tensor(reader.object("input", kRequired), place, problems);
  program.output = read_tensor(reader.object("output", kRequired), place, problems);
  for_each_object(reader, "tensors", place, problems, [&](ObjectReader one) {
    program.tensors.push_back(read_tensor(std::move(one), place, problems));
  });
  for_each_object(reader, "layers", place, problems,
                  [&](ObjectReader one) { program.layers.push_back(read_layer(std::move(one))); });
  reader.finish();
  if (!problems.empty()) fail_as_program(problems);
  program.config = config::parse_config(config, place + ": config");
  check_config(program.config, place);

  const std::filesystem::path memory = directory / "memory.safetensors";
  const std::int64_t image = read_image(memory, part, program);
  check_sizes(program, image, place, problems);
  problems.throw_if_any();
  check_program(program, memory.string());
  return program;
}

}  // namespace vqrom::compiler
