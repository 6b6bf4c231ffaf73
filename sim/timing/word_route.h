// SPDX-License-Identifier: Apache-2.0
// word_route — vq_word_route: counts a tile's words on their way to an unpacker.
#pragma once

#include <array>
#include <cstdint>

namespace vqrom::sim::timing {

class WordRoute {
 public:
  WordRoute(int index_words, int dense_words) : last_{index_words - 1, dense_words - 1} {}
  [[nodiscard]] bool last(bool dense) const { return word_ == last_[dense ? 1 : 0]; }
  void edge(bool take, bool dense) {
    if (take) word_ = last(dense) ? 0 : word_ + 1;
  }
  [[nodiscard]] std::int64_t free_words(bool dense) const { return last_[dense ? 1 : 0] - word_; }
  void advance(std::int64_t words) { word_ += static_cast<int>(words); }

  template <typename Archive>
  void state(Archive& archive) {
    archive(word_);
  }

 private:
  std::array<int, 2> last_;
  int word_ = 0;
};

}  // namespace vqrom::sim::timing
