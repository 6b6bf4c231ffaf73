// SPDX-License-Identifier: Apache-2.0
// memory_layout — the sections of a program's memory: instructions, data (weights, parameters),
// feature maps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vqrom::compiler {

// How long the sections before an address are is known only at the end: addresses count from their
// section until resolve().
class MemoryLayout {
 public:
  // kSizes: data has places and no bytes, and the image is the instructions alone.
  enum class Data { kBytes, kSizes };
  explicit MemoryLayout(Data kept = Data::kBytes) : kept_(kept) {}
  [[nodiscard]] bool keeps_data() const { return kept_ == Data::kBytes; }

  // Room for a feature map; it starts at a multiple of kAlignment.
  [[nodiscard]] std::int64_t add_map(std::int64_t bytes);
  // Bytes of the image, at a multiple of kAlignment.
  [[nodiscard]] std::int64_t add_data(std::span<const std::uint8_t> bytes);
  // The place of so many bytes of data, which are not kept.
  [[nodiscard]] std::int64_t add_space(std::int64_t bytes);

  // Fixes the length of the instructions' section.
  void set_instructions(std::int64_t count);
  [[nodiscard]] std::int64_t resolve(std::int64_t address) const;
  [[nodiscard]] std::int64_t memory_bytes() const;
  // Instructions' section (zeros), and data if they are kept.
  [[nodiscard]] std::vector<std::uint8_t> image() const;

  [[nodiscard]] static bool is_map(std::int64_t address) { return address < kDataBase; }
  [[nodiscard]] std::int64_t map_bytes() const { return map_bytes_; }

  static constexpr std::int64_t kAlignment = 256;  // bytes: short bursts stay whole

 private:
  static constexpr std::int64_t kDataBase = std::int64_t{1} << 48;

  Data kept_;
  std::int64_t map_bytes_ = 0;
  std::int64_t data_bytes_ = 0;
  std::vector<std::uint8_t> data_;  // empty if not kept
  std::int64_t instruction_bytes_ = 0;
};

}  // namespace vqrom::compiler
