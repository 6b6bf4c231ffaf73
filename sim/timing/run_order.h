// SPDX-License-Identifier: Apache-2.0
// run_order — vq_run_order: which RUNs have read everything, and whether any is at work.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

class RunOrder {
 public:
  [[nodiscard]] bool read() const { return read_; }
  [[nodiscard]] bool busy() const { return runs_ != 0; }
  void edge(bool take, bool acts_done, bool weights_done, bool params_done, bool done) {
    const bool read = acts_ != 0 && weights_ != 0 && params_ != 0;
    const auto step = [](std::uint8_t& count, bool up, bool down) {
      count = static_cast<std::uint8_t>((count + (up ? 1 : 0) - (down ? 1 : 0)) & 7);
    };
    step(acts_, acts_done, read);
    step(weights_, weights_done, read);
    step(params_, params_done, read);
    step(runs_, take, done);
    read_ = read;
  }
  // The next edge steps no counter if nothing comes.
  [[nodiscard]] bool quiet() const {
    return !read_ && !(acts_ != 0 && weights_ != 0 && params_ != 0);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(acts_, weights_, params_, runs_, read_);
  }

 private:
  std::uint8_t acts_ = 0;
  std::uint8_t weights_ = 0;
  std::uint8_t params_ = 0;
  std::uint8_t runs_ = 0;
  bool read_ = false;
};

}  // namespace vqrom::sim::timing
