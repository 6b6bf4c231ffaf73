// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/stores_side.h"

#include <algorithm>
#include <utility>

#include "sw/base/error.h"

namespace vqrom::sim::timing {

void StoresSide::look() {
  settle();
  WriteTiming& memory = memory_.writes();
  memory.drive();
  memory_steady_ = memory.steady_cycles();
  port_.aw_ready = memory.request_ready();
  port_.w_ready = memory.word_ready();
  port_.b_valid = memory.answer_offered();
  if (port_.b_valid) port_.b_error = memory.burst().refused;
  accelerator_.look_stores(port_);
}

void StoresSide::end_look() {
  const Dma::View& view = accelerator_.memory_port();
  if (view.write_burst) take_request();
  if (view.w_valid && port_.w_ready) memory_.writes().take_word(accelerator_.stores().word_last());
  VQROM_CHECK(memory_.writes().end_cycle(true), "a burst has not the words that were requested");
  side.restart(free_cycles());
}

void StoresSide::count() {
  const std::int64_t cycles = std::exchange(side.uncounted, 0);
  if (cycles == 0) return;
  tally_.add_memory(accelerator_.memory_port().write_events, cycles);
  const bool requests = request_in_ > side.lag - cycles && request_in_ <= side.lag;
  if (request_in_ != 0 && requests) tally_.add_memory(event_bit(Event::kWriteBursts), 1);
}

void StoresSide::settle() {
  count();
  const std::int64_t lag = std::exchange(side, {}).lag;
  const std::int64_t answer_in = std::exchange(answer_in_, 0);
  const std::int64_t request_in = std::exchange(request_in_, 0);
  if (answer_in == 0 || lag < answer_in) return advance(lag);
  advance(answer_in - 1);
  memory_.writes().pass_answer();
  accelerator_.stores().edge_answer();
  if (request_in == 0 || lag < request_in) return advance(lag - answer_in + 1);
  advance(1);
  take_request();
  accelerator_.stores().edge_request();
  advance(lag - answer_in);
}

void StoresSide::advance(std::int64_t cycles) {
  if (cycles == 0) return;
  memory_.writes().advance(cycles, accelerator_.memory_port().reader.move);
  accelerator_.advance_stores(cycles);
}

void StoresSide::take_request() {
  const Dma& dma = accelerator_.dma();
  const BurstWalker::Burst& request = dma.stores().request();
  memory_.take_write(memory_.burst(request.addr << dma.word_shift(), request.len + 1, 0));
}

std::int64_t StoresSide::free_cycles() {
  if (memory_steady_ <= 1) return 0;
  const WriteTiming& memory = memory_.writes();
  const DmaStores& stores = accelerator_.stores();
  const bool moves = accelerator_.memory_port().reader.move;
  std::int64_t cycles = std::min(memory_steady_, accelerator_.stores_steady_cycles(port_));
  if (moves) cycles = std::min(cycles, memory.room());
  const std::int64_t answer = std::max<std::int64_t>(memory.quiet_cycles(), 1);
  if (answer < cycles) {
    const bool requests = stores.requests_after_answer();
    const bool passes = !observed_ && !port_.b_valid && memory.passes_answer() &&
                        stores.passes_answer() && (moves || !requests);
    if (!passes) return answer - 1;
    answer_in_ = answer;
    request_in_ = requests ? answer + 1 : 0;
    cycles = std::min(cycles, std::max(memory.quiet_cycles(1), answer + 1));
    // With its last request gone it may take the next STORE.
    if (requests && accelerator_.offers_store()) cycles = std::min(cycles, request_in_ + 1);
  }
  return std::max<std::int64_t>(cycles, 1) - 1;
}

}  // namespace vqrom::sim::timing
