// SPDX-License-Identifier: Apache-2.0
// pipe_stage — a block for tests of the simulator: one register with valid/ready on both sides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/stream.h"
#include "sw/base/random.h"

namespace vqrom::sim {

class PipeStage : public CycleModel {
 public:
  explicit PipeStage(int width_bits)
      : ports_{{"rst_n", Direction::kInput, 1},           {"valid_i", Direction::kInput, 1},
               {"ready_o", Direction::kOutput, 1},        {"data_i", Direction::kInput, width_bits},
               {"valid_o", Direction::kOutput, 1},        {"ready_i", Direction::kInput, 1},
               {"data_o", Direction::kOutput, width_bits}} {
    for (const Port& each : ports_) {
      values_.emplace_back(static_cast<std::size_t>((each.width_bits + 7) / 8));
    }
  }

  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override {
    return values_[static_cast<std::size_t>(port)];
  }
  void settle() override {
    values_[2][0] = valid_q_ && values_[5][0] == 0 ? 0 : 1;
    values_[4][0] = valid_q_ ? 1 : 0;
    if (!data_q_.empty()) values_[6] = data_q_;
    if (fault_cycle_ >= 0 && cycle_ >= fault_cycle_) values_[6].back() ^= 1;
  }
  void clock_edge() override {
    if (values_[0][0] == 0) valid_q_ = false;
    const bool moves = values_[2][0] != 0;
    if (moves && values_[1][0] != 0) data_q_ = values_[3];
    if (moves && values_[0][0] != 0) valid_q_ = values_[1][0] != 0;
    ++cycle_;
  }

  // A fault for tests to find: from that cycle on a data bit is wrong.
  void flip_data_from(std::int64_t cycle) { fault_cycle_ = cycle; }

 private:
  std::vector<Port> ports_;
  std::vector<std::vector<std::uint8_t>> values_;
  bool valid_q_ = false;
  std::vector<std::uint8_t> data_q_;
  std::int64_t cycle_ = 0;
  std::int64_t fault_cycle_ = -1;
};

inline const StreamPorts kPipeIn{"valid_i", "ready_o", {"data_i"}};
inline const StreamPorts kPipeOut{"valid_o", "ready_i", {"data_o"}};

// Random beats and random stalls, the first two cycles in reset.
inline void drive_pipe_stage(CycleModel& model, std::uint64_t seed, int cycles) {
  base::Random random(seed);
  const auto data = static_cast<std::size_t>(model.port("data_i"));
  const int tail = model.ports()[data].width_bits % 8;
  std::vector<std::uint8_t> beat(model.value(static_cast<int>(data)).size());
  const auto produce = [&] {
    for (std::uint8_t& byte : beat) byte = static_cast<std::uint8_t>(random.bits());
    if (tail != 0) beat.back() &= static_cast<std::uint8_t>((1 << tail) - 1);
    return beat.data();
  };
  StreamSource source(model, kPipeIn, StallPattern::random(seed), produce);
  StreamSink sink(
      model, kPipeOut, StallPattern::random(seed + 1), [](auto) {}, "out");
  for (int cycle = 0; cycle < cycles; ++cycle) {
    model.value(model.port("rst_n"))[0] = cycle < 2 ? 0 : 1;
    source.drive();
    sink.drive();
    model.settle();
    source.sample();
    sink.sample();
    model.clock_edge();
  }
}

}  // namespace vqrom::sim
