// SPDX-License-Identifier: Apache-2.0
// unpack — vq_unpack: bus words become beats of another width, each tile from a fresh word.
#pragma once

#include <cstdint>
#include <numeric>

namespace vqrom::sim::timing {

class Unpack {
 public:
  Unpack(int word_bits, int beat_bits, int beats)
      : word_(word_bits / std::gcd(word_bits, beat_bits)),
        beat_(beat_bits / std::gcd(word_bits, beat_bits)),
        last_(beats - 1) {}
  [[nodiscard]] bool valid() const { return fill_ >= beat_; }
  [[nodiscard]] bool last() const { return given_ == last_; }
  [[nodiscard]] bool ready(bool take) const { return kept(take) < beat_; }
  void edge(bool take, bool put) {
    fill_ = kept(take) + (put ? word_ : 0);
    if (take) given_ = last() ? 0 : given_ + 1;
  }

  // Beats that can be taken, one a cycle, before a tile's last one.
  [[nodiscard]] std::int64_t free_beats() const { return last_ - given_; }
  // A word is never narrower than a beat, so there is a beat in each cycle.
  [[nodiscard]] bool keeps_up() const { return word_ >= beat_; }
  // Beats that can be taken, one a cycle, if no more than `words` words go in meanwhile.
  [[nodiscard]] std::int64_t beats_for(std::int64_t words) const {
    return (fill_ + words * word_) / beat_ - 1;
  }
  // Words that go in while `beats` are taken, one a cycle, and words are always there.
  [[nodiscard]] std::int64_t words_for(std::int64_t beats) const {
    const std::int64_t lacking = (beats + 1) * beat_ - fill_;
    return lacking <= 0 ? 0 : (lacking + word_ - 1) / word_;
  }
  void advance(std::int64_t beats, std::int64_t words) {
    fill_ += static_cast<int>(words * word_ - beats * beat_);
    given_ += static_cast<int>(beats);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(beat_, fill_, given_);
  }

 private:
  [[nodiscard]] int kept(bool take) const { return !take ? fill_ : last() ? 0 : fill_ - beat_; }

  int word_;  // units of a word, of a beat, and held
  int beat_;
  int last_;
  int fill_ = 0;
  int given_ = 0;
};

}  // namespace vqrom::sim::timing
