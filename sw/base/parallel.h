// SPDX-License-Identifier: Apache-2.0
// parallel — loops over all cores (oneTBB) whose results do not depend on how many there are.
#pragma once

#include <cstdint>
#include <functional>

namespace vqrom::base {

// Calls body(begin, end) over disjoint ranges that cover 0 … count-1, each starting at a multiple
// of `grain` and at most `grain` long, in any order and on any thread. A body writes only what
// belongs to its range, so results are equal for any thread count. Of the exceptions, the one of
// the first range is passed on; ranges after it may be left out.
void parallel_for(std::int64_t count, std::int64_t grain,
                  const std::function<void(std::int64_t, std::int64_t)>& body);

// While it lives, parallel_for and BLAS-free loops use at most `threads` threads (0: all cores).
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  void* control_ = nullptr;
};

}  // namespace vqrom::base
