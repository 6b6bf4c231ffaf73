// SPDX-License-Identifier: Apache-2.0
// verilated_model — RTL as a CycleModel: a library from build_model, loaded into this process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/core/cycle_model.h"

struct VqModelInterface;
struct VqStateInterface;

namespace vqrom::sim {

// Ports are read and written where the model keeps them; nothing is copied. Each object has its own
// state and its own copy of Verilator's context.
class VerilatedModel : public CycleModel {
 public:
  // With a seed other than 0, registers start with random bits: what a reset must not leave.
  explicit VerilatedModel(const std::filesystem::path& library, std::uint32_t seed = 0);
  ~VerilatedModel() override;
  VerilatedModel(const VerilatedModel&) = delete;
  VerilatedModel& operator=(const VerilatedModel&) = delete;

  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override;
  void settle() override;
  void clock_edge() override;

  // Writes the waves of cycles first … last - 1 (0 is the first clock edge) into `file`, ten time
  // units a cycle, the rising edge in the middle. Needs a library built with waves.
  void record_waves(const std::filesystem::path& file, std::int64_t first, std::int64_t last);
  [[nodiscard]] std::int64_t cycle() const { return cycle_; }

  // All that a library built as savable holds, registers, memories and ports, after a settle().
  [[nodiscard]] std::vector<std::uint8_t> save_state() const;
  // Equal layouts have states that can be exchanged, as those of models with FST and VCD waves.
  [[nodiscard]] std::string state_layout() const;
  // Takes over a state of that layout, in cycle `cycle`. False if it is none: then the model is of
  // no use.
  [[nodiscard]] bool load_state(std::span<const std::uint8_t> state, std::int64_t cycle);

 private:
  void* library_ = nullptr;
  const VqModelInterface* interface_ = nullptr;
  const VqStateInterface* state_ = nullptr;  // null if the library is not savable
  void* model_ = nullptr;
  std::uint8_t* clock_ = nullptr;  // null in a block without one
  std::vector<Port> ports_;
  std::vector<std::span<std::uint8_t>> values_;
  std::int64_t cycle_ = 0;
  std::int64_t first_recorded_ = 0;
  std::int64_t last_recorded_ = 0;
};

}  // namespace vqrom::sim
