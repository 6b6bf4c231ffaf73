// SPDX-License-Identifier: Apache-2.0
// read_arbiter — vq_read_arbiter: requests of instructions before those of LOADs.
#pragma once

#include <cstdint>

namespace vqrom::sim::timing {

class ReadArbiter {
 public:
  struct Request {
    std::uint64_t addr = 0;  // words
    std::uint8_t len = 0;
    bool is_load = false;
  };
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] bool free(bool ready_i) const { return !valid_ || ready_i; }
  [[nodiscard]] const Request& request() const { return request_; }
  // When free(): takes the instruction's request, else the LOAD's.
  void edge(bool fetch_valid, const Request& fetch, bool load_valid, const Request& load) {
    valid_ = fetch_valid || load_valid;
    request_ = fetch_valid ? fetch : load;
  }
  // A reset does not change it.
  void keep_request(const ReadArbiter& before) { request_ = before.request_; }

 private:
  bool valid_ = false;
  Request request_;
};

}  // namespace vqrom::sim::timing
