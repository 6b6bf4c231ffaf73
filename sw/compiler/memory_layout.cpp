// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/memory_layout.h"

#include <algorithm>

#include "gen/config/instruction_set.h"
#include "sw/base/checked.h"

namespace vqrom::compiler {
namespace {

std::int64_t aligned(std::int64_t bytes) {
  return base::ceil_div(bytes, MemoryLayout::kAlignment) * MemoryLayout::kAlignment;
}

}  // namespace

std::int64_t MemoryLayout::add_map(std::int64_t bytes) {
  const std::int64_t address = map_bytes_;
  map_bytes_ = aligned(map_bytes_ + bytes);
  return address;
}

std::int64_t MemoryLayout::add_data(std::span<const std::uint8_t> bytes) {
  const std::int64_t address = add_space(std::ssize(bytes));
  if (!keeps_data()) return address;
  data_.insert(data_.end(), bytes.begin(), bytes.end());
  data_.resize(static_cast<std::size_t>(data_bytes_));
  return address;
}

std::int64_t MemoryLayout::add_space(std::int64_t bytes) {
  const std::int64_t address = kDataBase + data_bytes_;
  data_bytes_ += aligned(bytes);
  return address;
}

void MemoryLayout::set_instructions(std::int64_t count) {
  instruction_bytes_ = aligned(count * config::kInstructionBytes);
}

std::int64_t MemoryLayout::resolve(std::int64_t address) const {
  return is_map(address) ? instruction_bytes_ + data_bytes_ + address
                         : instruction_bytes_ + (address - kDataBase);
}

std::int64_t MemoryLayout::memory_bytes() const {
  return instruction_bytes_ + data_bytes_ + map_bytes_;
}

std::vector<std::uint8_t> MemoryLayout::image() const {
  std::vector<std::uint8_t> image(static_cast<std::size_t>(instruction_bytes_));
  image.insert(image.end(), data_.begin(), data_.end());
  return image;
}

}  // namespace vqrom::compiler
