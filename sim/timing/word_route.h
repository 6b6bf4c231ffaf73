// SPDX-License-Identifier: Apache-2.0
// word_route — vq_word_route and vq_word_route_widths: counts a tile's words on their way to an
// unpacker.
#pragma once

#include <cstdint>

#include "sim/timing/index_widths.h"

namespace vqrom::sim::timing {

class WordRoute {
 public:
  explicit WordRoute(const config::AcceleratorConfig& config)
      : widths_(config), last_dense_(config.dense_words() - 1) {}
  // `width`: of the indices of the tile whose words come.
  [[nodiscard]] bool last(bool dense, int width) const { return word_ == last_word(dense, width); }
  void edge(bool take, bool dense, int width) {
    if (take) word_ = last(dense, width) ? 0 : word_ + 1;
  }
  [[nodiscard]] std::int64_t free_words(bool dense, int width) const {
    return last_word(dense, width) - word_;
  }
  void advance(std::int64_t words) { word_ += static_cast<int>(words); }

  template <typename Archive>
  void state(Archive& archive) {
    archive(word_);
  }

 private:
  [[nodiscard]] int last_word(bool dense, int width) const {
    return dense ? last_dense_ : widths_.words_of(width) - 1;
  }

  IndexWidths widths_;
  int last_dense_;
  int word_ = 0;
};

}  // namespace vqrom::sim::timing
