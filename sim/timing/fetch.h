// SPDX-License-Identifier: Apache-2.0
// fetch — vq_fetch: requests instructions one after the other and puts their words together.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

class Fetch {
 public:
  explicit Fetch(int bus_bits) : words_(256U / static_cast<unsigned>(bus_bits)) {}
  [[nodiscard]] bool ar_valid() const { return left_ != 0 && used_ != kDepth; }
  [[nodiscard]] std::uint64_t ar_addr() const { return addr_; }
  [[nodiscard]] bool valid() const { return asked_ == words_ && !shift_; }
  // Which instruction of the program is next, from 0.
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool last() const { return left_ == 0 && used_ == 1; }
  // Nothing changes at the next edge if nothing comes or goes.
  [[nodiscard]] bool holds() const { return !shift_ && (written_ == 0 || asked_ == words_); }

  void edge(bool start, std::uint32_t count, bool request, bool word, bool take) {
    const bool read = written_ != 0 && asked_ != words_;
    if (start) {
      left_ = count;
      addr_ = 0;
      number_ = 0;
    } else if (request) {
      --left_;
      addr_ += 32;
    }
    used_ += (request ? 1U : 0U) - (take ? 1U : 0U);
    written_ += (word ? 1U : 0U) - (read ? 1U : 0U);
    if (take) {
      asked_ = 0;
      ++number_;
    } else if (read) {
      ++asked_;
    }
    shift_ = read;
  }

 private:
  static constexpr unsigned kDepth = 8;
  unsigned words_;  // of an instruction
  std::uint32_t left_ = 0;
  std::uint64_t addr_ = 0;
  std::uint32_t number_ = 0;
  unsigned used_ = 0;     // requested, not taken
  unsigned written_ = 0;  // words in the memory that were not read
  unsigned asked_ = 0;
  bool shift_ = false;
};

}  // namespace vqrom::sim::timing
