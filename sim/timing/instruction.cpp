// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/instruction.h"

#include <bit>
#include <cstring>

#include "sw/base/error.h"

namespace vqrom::sim::timing {
namespace {

static_assert(std::endian::native == std::endian::little);

}  // namespace

InstructionReader::Place InstructionReader::place(std::string_view format, std::string_view name) {
  const config::Field& field = config::instruction_field(format, name);
  VQROM_CHECK(field.width + 7 <= 64, "{}.{} has {} bits", format, name, field.width);
  return {field.lsb, field.width, field.is_signed};
}

InstructionReader::TransferPlaces InstructionReader::transfer_places(std::string_view format) {
  return {place(format, "address"), place(format, "row_words"), place(format, "rows"),
          place(format, "row_stride")};
}

template <typename T>
T InstructionReader::Word::get(const Place& place) const {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &bytes[static_cast<std::size_t>(place.lsb / 8)], sizeof bits);
  bits = bits << (64 - place.width - place.lsb % 8);
  return place.is_signed ? static_cast<T>(static_cast<std::int64_t>(bits) >> (64 - place.width))
                         : static_cast<T>(bits >> (64 - place.width));
}

void InstructionReader::read_transfer(const TransferPlaces& places, const Word& word,
                                      Transfer& transfer) {
  transfer.address = word.get<std::uint64_t>(places.address);
  transfer.row_words = word.get<std::uint32_t>(places.row_words);
  transfer.rows = word.get<std::uint16_t>(places.rows);
  transfer.row_stride = word.get<std::uint32_t>(places.row_stride);
}

void InstructionReader::read_shape(const Word& word, Shape& shape) const {
  shape.operation = word.get<std::uint8_t>(shape_.operation);
  shape.dense = word.get<std::uint8_t>(shape_.dense) != 0;
  shape.kernel_h = word.get<std::uint16_t>(shape_.kernel_h);
  shape.kernel_w = word.get<std::uint16_t>(shape_.kernel_w);
  shape.stride_y = word.get<std::uint8_t>(shape_.stride_y);
  shape.stride_x = word.get<std::uint8_t>(shape_.stride_x);
  shape.dilation_y = word.get<std::uint8_t>(shape_.dilation_y);
  shape.dilation_x = word.get<std::uint8_t>(shape_.dilation_x);
  shape.index_bits = word.get<std::uint8_t>(shape_.index_bits);
}

void InstructionReader::read_run(const Word& word, Run& run) const {
  run.start_y = word.get<std::int16_t>(run_.start_y);
  run.start_x = word.get<std::int16_t>(run_.start_x);
  run.in_h = word.get<std::uint16_t>(run_.in_h);
  run.in_w = word.get<std::uint16_t>(run_.in_w);
  run.out_h = word.get<std::uint16_t>(run_.out_h);
  run.out_w = word.get<std::uint16_t>(run_.out_w);
  run.groups = word.get<std::uint16_t>(run_.groups);
  run.blocks = word.get<std::uint16_t>(run_.blocks);
  run.out_lane = word.get<std::uint8_t>(run_.out_lane);
  run.out_groups = word.get<std::uint16_t>(run_.out_groups);
  run.first = word.get<std::uint8_t>(run_.first) != 0;
  run.last = word.get<std::uint8_t>(run_.last) != 0;
}

Instruction InstructionReader::read(
    std::span<const std::uint8_t, config::kInstructionBytes> bytes) const {
  using enum config::Opcode;
  Word word;
  std::memcpy(word.bytes.data(), bytes.data(), bytes.size());
  Instruction result;
  result.opcode = bytes[0] & ((1U << config::kOpcodeBits) - 1);
  if (result.opcode == opcode_of(kLoad)) {
    result.transfer.target = word.get<std::uint8_t>(target_);
    result.wait0 = word.get<std::uint32_t>(load_reads_);
    result.wait1 = word.get<std::uint32_t>(load_stores_);
    read_transfer(load_, word, result.transfer);
  } else if (result.opcode == opcode_of(kStore)) {
    result.wait0 = word.get<std::uint32_t>(store_runs_);
    read_transfer(store_, word, result.transfer);
  } else if (result.opcode == opcode_of(kShape)) {
    read_shape(word, result.shape);
  } else if (result.opcode == opcode_of(kRun)) {
    result.wait0 = word.get<std::uint32_t>(run_loads_);
    result.wait1 = word.get<std::uint32_t>(run_stores_);
    read_run(word, result.run);
  }
  return result;
}

}  // namespace vqrom::sim::timing
