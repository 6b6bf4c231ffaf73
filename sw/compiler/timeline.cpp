// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/timeline.h"

#include <algorithm>

#include "sw/compiler/geometry.h"
#include "sw/compiler/transfer.h"

namespace vqrom::compiler {
namespace {

constexpr std::size_t kQueueDepth = 4;
constexpr std::int64_t kFetchCycles = 12;     // beside the instruction's bus words
constexpr std::int64_t kTransferCycles = 8;   // from a transfer to the next of the same kind
constexpr std::int64_t kPipelineCycles = 12;  // from the last sum to its code in the output buffer

// When the count reaches `tickets`.
std::int64_t when(const std::vector<std::int64_t>& steps, std::int64_t tickets) {
  return tickets == 0 ? 0 : steps[static_cast<std::size_t>(tickets - 1)];
}

}  // namespace

std::int64_t Timeline::Queue::room() const {
  return starts_.size() < kQueueDepth ? 0 : starts_.front();
}

void Timeline::Queue::push(std::int64_t start) {
  starts_.push_back(start);
  if (starts_.size() > kQueueDepth) starts_.pop_front();
}

std::int64_t Timeline::dispatched(const Queue& queue) const {
  return std::max(fetched_, queue.room());
}

void Timeline::fetch(Queue& queue, std::int64_t start) {
  fetched_ = dispatched(queue) + kFetchCycles + config::kInstructionBits / config_.bus.data_bits;
  queue.push(start);
}

std::int64_t Timeline::load_start(std::int64_t wait_reads, std::int64_t wait_stores) const {
  return std::max(
      {dispatched(load_queue_), load_free_, when(reads_, wait_reads), when(stores_, wait_stores)});
}

std::int64_t Timeline::run_start(std::int64_t wait_loads, std::int64_t wait_stores) const {
  return std::max({dispatched(run_queue_), run_free_, when(loads_, wait_loads),
                   when(store_reads_, wait_stores)});
}

std::int64_t Timeline::store_start(std::int64_t wait_runs) const {
  return std::max({dispatched(store_queue_), store_free_, when(runs_, wait_runs)});
}

void Timeline::load(std::int64_t start, const Transfer& transfer) {
  fetch(load_queue_, start);
  load_free_ = start + transfer_cycles(transfer, config_) + kTransferCycles;
  loads_.push_back(load_free_ + kMemoryLatency);
}

void Timeline::run(std::int64_t start, const Work& work) {
  fetch(run_queue_, start);
  std::int64_t now = start;
  if (work.blocks == 0) {  // the vector unit shares the lanes
    now = std::max(now, drains_[1]) + work.block_cycles;
    drains_ = {now, now};
  }
  for (std::int64_t block = 0; block < work.blocks; ++block) {
    now = std::max(now, drains_[0]) + work.block_cycles;  // two banks of sums
    if (work.drain_cycles == 0) continue;
    drains_ = {drains_[1], std::max(now, drains_[1]) + work.drain_cycles + kDrainOverhead};
  }
  reads_.push_back(now);
  run_free_ = now + kRunOverhead;
  const bool writes = work.blocks == 0 || work.drain_cycles != 0;
  runs_.push_back(std::max(runs_end(), writes ? drains_[1] + kPipelineCycles : now));
}

void Timeline::store(std::int64_t start, const Transfer& transfer) {
  fetch(store_queue_, start);
  store_free_ = start + transfer_cycles(transfer, config_) + kTransferCycles;
  store_reads_.push_back(store_free_);
  stores_.push_back(store_free_ + kMemoryLatency);
}

std::int64_t Timeline::end() const {
  return std::max(stores_.empty() ? 0 : stores_.back(), runs_end());
}

}  // namespace vqrom::compiler
