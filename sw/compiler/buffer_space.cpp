// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/buffer_space.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::compiler {

std::optional<std::int64_t> BufferSpace::take(std::int64_t words) {
  std::optional<std::int64_t> best;
  std::int64_t best_wait = 0;
  const auto consider = [&](std::int64_t first) {
    const std::int64_t wait = last_user(first, words);
    if (best && wait >= best_wait) return;
    best = first;
    best_wait = wait;
  };
  std::int64_t gap = 0;  // where the present one starts
  const auto look = [&](std::int64_t end) {
    if (end - gap < words) return;
    consider(gap);
    if (end - gap > words) consider(end - words);
  };
  for (const auto& [first, piece] : held_) {
    look(first);
    gap = first + piece.words;
  }
  look(static_cast<std::int64_t>(last_user_.size()));
  if (best) held_[*best] = {words, best_wait};
  return best;
}

void BufferSpace::give_back(std::int64_t first, std::int64_t user) {
  const auto piece = held_.find(first);
  VQROM_CHECK(piece != held_.end(), "nobody holds word {}", first);
  std::fill_n(last_user_.begin() + first, piece->second.words, user);
  held_.erase(piece);
}

std::int64_t BufferSpace::wait_for(std::int64_t first) const {
  return held_.at(first).wait;
}

std::int64_t BufferSpace::last_user(std::int64_t first, std::int64_t words) const {
  return *std::max_element(last_user_.begin() + first, last_user_.begin() + first + words);
}

}  // namespace vqrom::compiler
