// SPDX-License-Identifier: Apache-2.0
// store_reader — vq_store_reader: vectors of STOREs become words of bursts.
#pragma once

#include <cstdint>

#include "sim/timing/instruction.h"

namespace vqrom::sim::timing {

class StoreReader {
 public:
  struct View {
    bool move = false;
    bool len_end = false;  // with move: the burst's last word
    bool read = false;
    bool last = false;
  };
  explicit StoreReader(int parts) : parts_(static_cast<std::uint32_t>(parts)) {}
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] bool last_o() const { return last_; }
  // A reset does not change it.
  void keep_last(const StoreReader& before) { last_ = before.last_; }
  [[nodiscard]] bool read_done() const { return read_done_; }
  [[nodiscard]] bool at_work() const { return busy_ || vector_ || valid_ || read_done_; }
  // Nothing changes at the next edge without a command.
  [[nodiscard]] bool holds(const View& view, bool ready_i) const {
    return !view.move && !view.read && !read_done_ && !(valid_ && ready_i);
  }
  // Words, one a cycle, that can go on like the one that moves in this cycle: only the last of them
  // may be a burst's last, and none has the STORE's last vector read. None if this one does not.
  [[nodiscard]] std::int64_t free_words(std::uint8_t len) const {
    if (!valid_ || read_done_) return 0;
    const bool reads = busy_ && whole_ && rows_ > 0 && left_ > 0;
    const std::int64_t left = reads ? (std::int64_t{rows_} - 1) * row_words_ + left_ : parts_;
    const std::int64_t vectors = left / parts_ - 1;
    const std::int64_t of_vectors = vectors * parts_ + (parts_ - 1 - part_);
    const std::int64_t of_burst = std::int64_t{len} - count_ + 1;
    return of_vectors < of_burst ? of_vectors : of_burst;
  }
  // True if the last of the words, after the first, is its burst's, which has `len`.
  bool advance(std::int64_t words, std::uint8_t len) {
    const auto parts = static_cast<std::uint32_t>(part_ + words);
    part_ = parts % parts_;
    std::uint32_t read = parts / parts_ * parts_;
    for (; read > 0 && read >= left_; --rows_) {
      read -= left_;
      left_ = row_words_;
    }
    left_ -= read;
    last_ = count_ + words > len;
    count_ = last_ ? 0 : static_cast<std::uint8_t>(count_ + words);
    return last_;
  }
  void look(bool len_valid, std::uint8_t len, bool ready_i, View& view) const {
    view.move = vector_ && len_valid && (!valid_ || ready_i);
    view.len_end = count_ == len;
    view.read = busy_ && (!vector_ || (view.move && part_ == parts_ - 1));
    view.last = left_ == parts_ && rows_ == 1;
  }
  [[nodiscard]] bool ready(const View& view) const { return !busy_ || (view.read && view.last); }
  void edge(const View& view, bool load, const Transfer& command, bool ready_i) {
    const bool part_end = part_ == parts_ - 1;
    read_done_ = view.read && view.last;
    if (view.read) vector_ = true;
    if (view.move) {
      if (part_end && !view.read) vector_ = false;
      part_ = part_end ? 0 : part_ + 1;
      count_ = view.len_end ? 0 : static_cast<std::uint8_t>(count_ + 1);
      last_ = view.len_end;
      valid_ = true;
    } else if (ready_i) {
      valid_ = false;
    }
    if (load) {
      busy_ = true;
      left_ = row_words_ = command.row_words;
      whole_ = command.row_words % parts_ == 0;
      rows_ = command.rows;
    } else if (view.read) {
      if (view.last) busy_ = false;
      if (left_ == parts_) {
        left_ = row_words_;
        --rows_;
      } else {
        left_ -= parts_;
      }
    }
  }

 private:
  std::uint32_t parts_;  // words of a vector
  bool busy_ = false;
  bool read_done_ = false;
  bool vector_ = false;
  bool valid_ = false;
  bool last_ = false;
  std::uint8_t count_ = 0;
  std::uint16_t rows_ = 0;
  std::uint32_t part_ = 0;
  std::uint32_t left_ = 0;
  std::uint32_t row_words_ = 0;
  bool whole_ = false;  // rows are of whole vectors
};

}  // namespace vqrom::sim::timing
