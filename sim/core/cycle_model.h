// SPDX-License-Identifier: Apache-2.0
// cycle_model — anything with one clock that can be stepped: Verilated RTL or a SystemC model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vqrom::sim {

enum class Direction { kInput, kOutput };

struct Port {
  std::string name;
  Direction direction = Direction::kInput;
  int width_bits = 1;
  friend bool operator==(const Port&, const Port&) = default;
};

// One cycle is: write inputs → settle() → read outputs → clock_edge(). The clock is not among the
// ports; `rst_n` is, as an input. Values are little-endian bytes; bits above the width are zero.
class CycleModel {
 public:
  virtual ~CycleModel() = default;

  [[nodiscard]] virtual const std::vector<Port>& ports() const = 0;
  // The port's value, ceil(width/8) bytes. Inputs may be written, outputs read after settle().
  [[nodiscard]] virtual std::span<std::uint8_t> value(int port) = 0;
  // Lets inputs reach the outputs through combinational logic.
  virtual void settle() = 0;
  // One rising edge of the clock, with the inputs as they are.
  virtual void clock_edge() = 0;

  // The index of the port of that name; aborts if there is none (the caller knows the design).
  [[nodiscard]] int port(std::string_view name) const;
};

}  // namespace vqrom::sim
