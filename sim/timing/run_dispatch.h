// SPDX-License-Identifier: Apache-2.0
// run_dispatch — vq_run_dispatch: each RUN to all who work on it.
#pragma once

namespace vqrom::sim::timing {

class RunDispatch {
 public:
  enum Consumer : unsigned { kWalk = 1, kTiles = 2, kParams = 4, kOut = 8, kConfig = 16 };
  // Consumers to whom the RUN is offered.
  [[nodiscard]] unsigned valid(bool valid_i, bool array) const {
    return valid_i ? (array ? kAll & ~kConfig : kAll) & ~done_ : 0;
  }
  [[nodiscard]] bool ready(unsigned ready_i, bool array) const {
    return (done_ | ready_i | (array ? kConfig : 0U)) == kAll;
  }
  void edge(bool valid_i, bool array, unsigned ready_i) {
    if (!valid_i) return;
    done_ = ready(ready_i, array) ? 0 : done_ | (valid(true, array) & ready_i);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(done_);
  }

 private:
  static constexpr unsigned kAll = 31;
  unsigned done_ = 0;
};

}  // namespace vqrom::sim::timing
