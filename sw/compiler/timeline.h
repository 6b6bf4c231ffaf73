// SPDX-License-Identifier: Apache-2.0
// timeline — a rough model of when instructions start and end, for their order and for estimates.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "sw/compiler/task.h"

namespace vqrom::compiler {

// Three queues that work beside each other, fetched in order: docs/rtl/accelerator.md. Memory
// answers after kMemoryLatency cycles (transfer.h).
class Timeline {
 public:
  explicit Timeline(const config::AcceleratorConfig& config) : config_(config) {}

  // The earliest start, given the ticket counts that the instruction waits for.
  [[nodiscard]] std::int64_t load_start(std::int64_t wait_reads, std::int64_t wait_stores) const;
  [[nodiscard]] std::int64_t run_start(std::int64_t wait_loads, std::int64_t wait_stores) const;
  [[nodiscard]] std::int64_t store_start(std::int64_t wait_runs) const;

  void load(std::int64_t start, const Transfer& transfer);
  void run(std::int64_t start, const Work& work);
  void store(std::int64_t start, const Transfer& transfer);

  // When everything so far is complete.
  [[nodiscard]] std::int64_t end() const;
  // When the last RUN has written its codes.
  [[nodiscard]] std::int64_t runs_end() const { return runs_.empty() ? 0 : runs_.back(); }

 private:
  // Fetching is in order and stops at a full queue.
  class Queue {
   public:
    [[nodiscard]] std::int64_t room() const;
    void push(std::int64_t start);

   private:
    std::deque<std::int64_t> starts_;
  };

  [[nodiscard]] std::int64_t dispatched(const Queue& queue) const;
  void fetch(Queue& queue, std::int64_t start);

  const config::AcceleratorConfig& config_;
  std::int64_t fetched_ = 0;
  Queue load_queue_;
  Queue run_queue_;
  Queue store_queue_;
  std::int64_t load_free_ = 0;
  std::int64_t run_free_ = 0;
  std::int64_t store_free_ = 0;
  std::array<std::int64_t, 2> drains_{};  // ends of the last two blocks' drains
  // By ticket, when it steps.
  std::vector<std::int64_t> loads_;
  std::vector<std::int64_t> reads_;
  std::vector<std::int64_t> runs_;
  std::vector<std::int64_t> store_reads_;
  std::vector<std::int64_t> stores_;
};

}  // namespace vqrom::compiler
