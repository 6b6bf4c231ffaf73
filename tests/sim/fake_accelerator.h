// SPDX-License-Identifier: Apache-2.0
// fake_accelerator — vq_accelerator's ports and registers over a machine that computes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "gen/config/instruction_set.h"
#include "sim/core/bundle.h"
#include "sim/core/cycle_model.h"
#include "sim/core/event_counts.h"
#include "sim/core/program_queues.h"

namespace vqrom::sim {

// The top-level ports, docs/rtl/accelerator.md.
[[nodiscard]] std::vector<Port> accelerator_ports(const config::AcceleratorConfig& config);

// Takes one instruction after the other: fetches it, moves a LOAD's or STORE's words in a cycle
// each, issues as often as a RUN has output pixels. Its memory is set, not read over AXI4.
class FakeAccelerator : public CycleModel {
 public:
  explicit FakeAccelerator(const Bundle& bundle);

  [[nodiscard]] const std::vector<Port>& ports() const override { return ports_; }
  [[nodiscard]] std::span<std::uint8_t> value(int port) override {
    return values_[static_cast<std::size_t>(port)];
  }
  void settle() override {}
  void clock_edge() override;

  // Where instructions are read, and what happens to them; settable at any time.
  std::span<const std::uint8_t> memory;
  std::function<void()> before_done = {};  // in place of computing
  std::map<std::uint32_t, std::uint32_t> registers;
  std::int64_t hang_at_run = -1;  // does nothing any more
  std::int64_t stop_at_run = -1;  // ends with this status
  std::uint32_t stop_status = 0;
  bool answers = true;  // over AXI4-Lite

  [[nodiscard]] std::int64_t starts() const { return starts_; }

 private:
  [[nodiscard]] std::span<std::uint8_t> named(const char* name);
  void serve_registers();
  [[nodiscard]] std::uint32_t register_value(std::uint32_t offset) const;
  void write_register(std::uint32_t offset, std::uint32_t value);
  void begin();
  void next_instruction();
  void end(std::uint32_t status);
  // The events of the cycle that begins.
  [[nodiscard]] std::uint32_t step();

  int bus_bits_;
  std::vector<Port> ports_;
  std::vector<std::vector<std::uint8_t>> values_;
  std::uint32_t status_ = 0;
  bool irq_ = false;
  std::int64_t starts_ = 0;
  Tickets tickets_;
  EventCounts counters_;
  std::uint32_t events_ = 0;
  std::int64_t instruction_ = 0;
  std::int64_t fetch_left_ = 0;
  std::int64_t left_ = 0;          // cycles of the instruction
  std::uint32_t left_events_ = 0;  // in each of them
  config::Instruction current_;
};

}  // namespace vqrom::sim
