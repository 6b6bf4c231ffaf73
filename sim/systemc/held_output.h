// SPDX-License-Identifier: Apache-2.0
// held_output — an output port that is written only when its value changes.
#pragma once

#include <systemc>

namespace vqrom::sim {

template <typename T>
class HeldOutput {
 public:
  explicit HeldOutput(const char* name) : port(name) {}
  void put(const T& value) {
    if (value == last_ && written_) return;
    last_ = value;
    written_ = true;
    port.write(value);
  }
  sc_core::sc_out<T> port;

 private:
  T last_{};
  bool written_ = false;
};

}  // namespace vqrom::sim
