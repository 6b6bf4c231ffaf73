// SPDX-License-Identifier: Apache-2.0
// stream_reader — vq_stream_reader: neighbouring words of a memory as a stream.
#pragma once

#include <array>
#include <cstdint>

namespace vqrom::sim::timing {

struct ReadJob {
  std::uint16_t words = 0;   // less 1
  std::uint16_t repeat = 0;  // less 1
  bool none = false;
  bool end = false;
  bool tag = false;
  std::uint8_t width = 0;  // bits of its indices, what vq_index_width keeps beside the reader
};

class StreamReader {
 public:
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] bool tag() const { return valid_tag_; }
  [[nodiscard]] int width() const { return valid_width_; }
  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] bool reads(bool ready_i) const { return busy_ && (!valid_ || ready_i); }
  [[nodiscard]] bool job_end() const { return word_ == 0 && repeat_ == 0; }
  [[nodiscard]] bool ready(bool reads, bool job_none) const {
    return !busy_ || (reads && job_end() && !job_none);
  }
  [[nodiscard]] bool done(bool reads, bool take, const ReadJob& job) const {
    return (reads && job_end() && end_) || (take && job.none && job.end);
  }
  void edge(bool reads, bool take, const ReadJob& job, bool ready_i) {
    const bool ends = reads && job_end();
    valid_ = reads || (valid_ && !ready_i);
    if (reads) {
      valid_tag_ = tag_;
      valid_width_ = width_;
    }
    if (take) {
      busy_ = !job.none || (busy_ && !ends);
      end_ = job.end;
      tag_ = job.tag;
      width_ = job.width;
      word_ = words_ = job.words;
      repeat_ = job.repeat;
      return;
    }
    if (!reads) return;
    if (ends) busy_ = false;
    if (word_ == 0) {
      word_ = words_;
      --repeat_;
    } else {
      --word_;
    }
  }
  // Words that can be read before one at the end of a round.
  [[nodiscard]] std::int64_t free_words() const { return word_; }
  void advance(std::int64_t words) { word_ = static_cast<std::uint16_t>(word_ - words); }

  template <typename Archive>
  void state(Archive& archive) {
    job_state(archive);
    if (busy_) archive(word_, repeat_);
  }
  // The same of a reader whose jobs are RUNs: the words that are left are counted.
  template <typename Archive>
  void counted_state(Archive& archive) {
    job_state(archive);
    const std::int64_t round = std::int64_t{words_} + 1;
    std::array<std::int64_t, 1> left{busy_ ? repeat_ * round + word_ : -1};
    archive.counters(left);
    if constexpr (Archive::kRestores) {
      if (!busy_) return;
      word_ = static_cast<std::uint16_t>(left[0] % round);
      repeat_ = static_cast<std::uint16_t>(left[0] / round);
    }
  }

 private:
  template <typename Archive>
  void job_state(Archive& archive) {
    archive(busy_, valid_);
    if (valid_) archive(valid_tag_, valid_width_);
    if (busy_) archive(end_, tag_, width_, words_);
  }

  bool busy_ = false;
  bool valid_ = false;
  bool end_ = false;
  bool tag_ = false;
  bool valid_tag_ = false;
  std::uint8_t width_ = 0;
  std::uint8_t valid_width_ = 0;
  std::uint16_t word_ = 0;
  std::uint16_t words_ = 0;
  std::uint16_t repeat_ = 0;
};

}  // namespace vqrom::sim::timing
