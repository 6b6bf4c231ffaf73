// SPDX-License-Identifier: Apache-2.0
// fork — vq_fork: one item for N consumers, each taking it when it likes; bit n is consumer n.
#pragma once

namespace vqrom::sim::timing {

template <int kConsumers>
class Fork {
 public:
  static constexpr unsigned kAll = (1U << kConsumers) - 1;
  [[nodiscard]] unsigned valid(bool valid_i) const { return valid_i ? kAll & ~done_ : 0; }
  [[nodiscard]] bool ready(unsigned ready_i) const { return (done_ | ready_i) == kAll; }
  void edge(bool valid_i, unsigned ready_i) {
    if (!valid_i) return;
    done_ = ready(ready_i) ? 0 : done_ | (valid(true) & ready_i);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(done_);
  }

 private:
  unsigned done_ = 0;
};

}  // namespace vqrom::sim::timing
