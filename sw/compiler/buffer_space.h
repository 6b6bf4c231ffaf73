// SPDX-License-Identifier: Apache-2.0
// buffer_space — who holds which words of a buffer, and who used them last.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace vqrom::compiler {

class BufferSpace {
 public:
  explicit BufferSpace(std::int64_t words) : last_user_(static_cast<std::size_t>(words)) {}

  // The first of `words` words that nobody holds, if there are: where the last user came first.
  [[nodiscard]] std::optional<std::int64_t> take(std::int64_t words);
  // Gives a piece back; `user` is the ticket count at which its last user is done with it.
  void give_back(std::int64_t first, std::int64_t user);
  // The count at which all earlier users of a held piece are done with it.
  [[nodiscard]] std::int64_t wait_for(std::int64_t first) const;

 private:
  struct Piece {
    std::int64_t words = 0;
    std::int64_t wait = 0;
  };
  [[nodiscard]] std::int64_t last_user(std::int64_t first, std::int64_t words) const;

  std::vector<std::int64_t> last_user_;  // of each word: a ticket count, 0 for none
  std::map<std::int64_t, Piece> held_;   // by first word
};

}  // namespace vqrom::compiler
