// SPDX-License-Identifier: Apache-2.0
// burst_walker — vq_burst_walker: cuts rows of memory words into bursts.
#pragma once

#include <cstdint>

#include "gen/config/accelerator_config.h"
#include "sim/timing/instruction.h"

namespace vqrom::sim::timing {

class BurstWalker {
 public:
  struct Burst {
    std::uint64_t addr = 0;  // words
    std::uint8_t len = 0;    // words less 1
    bool last = false;       // of its command
  };
  BurstWalker(const config::BusConfig& bus, int word_shift)
      : mask_((std::uint64_t{1} << (bus.address_bits - word_shift)) - 1),
        page_words_(4096U >> word_shift),
        most_(static_cast<std::uint32_t>(bus.burst_words)),
        shift_(word_shift) {}

  [[nodiscard]] bool ready() const { return !run_; }
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] bool idle() const { return !run_ && !valid_; }
  // It holds a burst, and more come behind it.
  [[nodiscard]] bool streams() const { return run_ && valid_; }
  // Bursts behind it, or fewer: as if no page cut them.
  [[nodiscard]] std::int64_t more_bursts() const {
    if (!run_) return 0;
    const auto bursts = [this](std::uint32_t words) { return (words + most_ - 1) / most_; };
    return bursts(left_) + (std::int64_t{rows_} - 1) * bursts(row_words_);
  }
  [[nodiscard]] const Burst& burst() const { return burst_; }
  // Nothing changes at the next edge without a command.
  [[nodiscard]] bool holds(bool ready_i) const { return valid_ ? !ready_i : !run_; }

  // `base` in bytes.
  void edge(bool load, const Transfer& command, std::uint64_t base, bool ready_i) {
    const bool emit = run_ && (!valid_ || ready_i);
    if (emit) {
      const std::uint32_t page_left =
          page_words_ - static_cast<std::uint32_t>(next_ & (page_words_ - 1));
      const std::uint32_t most = page_left < most_ ? page_left : most_;
      const bool row_end = left_ <= most;
      const std::uint32_t size = row_end ? left_ : most;
      const bool last = row_end && rows_ == 1;
      burst_ = {next_, static_cast<std::uint8_t>(size - 1), last};
      if (row_end) {
        row_ = next_ = (row_ + stride_) & mask_;
        left_ = row_words_;
        --rows_;
      } else {
        next_ = (next_ + size) & mask_;
        left_ -= size;
      }
      valid_ = true;
      run_ = !last;
    } else if (ready_i) {
      valid_ = false;
    }
    if (!load) return;
    run_ = true;
    next_ = row_ = ((base >> shift_) + (command.address >> shift_)) & mask_;
    left_ = row_words_ = command.row_words;
    rows_ = command.rows;
    stride_ = (command.row_stride >> shift_) & mask_;
  }
  // A reset does not change it.
  void keep_burst(const BurstWalker& before) { burst_ = before.burst_; }

 private:
  std::uint64_t mask_;
  std::uint32_t page_words_;
  std::uint32_t most_;
  int shift_;
  bool run_ = false;
  bool valid_ = false;
  Burst burst_;
  std::uint64_t next_ = 0;
  std::uint64_t row_ = 0;
  std::uint64_t stride_ = 0;
  std::uint32_t left_ = 0;
  std::uint32_t row_words_ = 0;
  std::uint16_t rows_ = 0;
};

}  // namespace vqrom::sim::timing
