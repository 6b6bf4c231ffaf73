// SPDX-License-Identifier: Apache-2.0
// vq_ram_1r1w — SystemC model of a buffer: its words, as bytes.
#pragma once

#include <cstdint>
#include <cstring>
#include <systemc>
#include <vector>

namespace vqrom::sim {

// Its neighbours call it; a read sees the words that were written before. A word has the bytes that
// memory has for it, so a parameter takes 16.
class VqRam1r1w : public sc_core::sc_module {
 public:
  VqRam1r1w(sc_core::sc_module_name name, std::size_t word_bytes)
      : sc_module(name),
        word_bytes_(word_bytes),
        bytes_(kWords * word_bytes + kMirrorBytes + kWidestBytes) {}

  [[nodiscard]] std::size_t word_bytes() const { return word_bytes_; }
  // From the word on; `kMirrorBytes` may be read from any word: after the last comes the first.
  [[nodiscard]] const std::uint8_t* word(std::int64_t address) const {
    return &bytes_[place(address)];
  }
  // `count` bytes from byte `offset` of a word on.
  void write(std::int64_t address, std::size_t offset, const void* from, std::size_t count) {
    const std::size_t at = place(address) + offset;
    std::memcpy(&bytes_[at], from, count);
    if (at < kMirrorBytes) std::memcpy(&bytes_[at + kWords * word_bytes_], from, count);
    ++writes_;
  }
  // How often it was written.
  [[nodiscard]] std::int64_t writes() const { return writes_; }

 private:
  static constexpr std::int64_t kWords = std::int64_t{1} << 16;      // all that an address reaches
  static constexpr std::size_t kMirrorBytes = std::size_t{1} << 15;  // a tile
  static constexpr std::size_t kWidestBytes = 128;                   // a word
  [[nodiscard]] std::size_t place(std::int64_t address) const {
    return static_cast<std::size_t>(address & (kWords - 1)) * word_bytes_;
  }

  std::size_t word_bytes_;
  std::vector<std::uint8_t> bytes_;
  std::int64_t writes_ = 0;
};

}  // namespace vqrom::sim
