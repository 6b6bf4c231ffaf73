// SPDX-License-Identifier: Apache-2.0
// limit — vq_limit: items pass while fewer than the limit wait for their answer.
#pragma once

namespace vqrom::sim::timing {

class Limit {
 public:
  explicit Limit(int limit) : limit_(limit) {}
  [[nodiscard]] bool open() const { return count_ != limit_; }
  void edge(bool pass, bool done) { count_ += (pass ? 1 : 0) - (done ? 1 : 0); }

 private:
  int limit_;
  int count_ = 0;
};

}  // namespace vqrom::sim::timing
