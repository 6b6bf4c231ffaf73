// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/memory_side.h"

#include <algorithm>

#include "sw/base/error.h"

namespace vqrom::sim::timing {

void MemorySide::drive() {
  memory_.drive();
  port_.ar_ready = memory_.read_request_ready();
  port_.aw_ready = memory_.write_request_ready();
  port_.w_ready = memory_.write_word_ready();
  port_.r_valid = memory_.word_offered();
  if (port_.r_valid) {
    const MemoryTiming::Burst& burst = memory_.read_burst();
    port_.r_last = memory_.word_is_last();
    port_.r_is_load = burst.id != 0;
    port_.r_error = burst.refused;
  }
  port_.b_valid = memory_.answer_offered();
  if (port_.b_valid) port_.b_error = memory_.write_burst().refused;
}

void MemorySide::take_requests() {
  const Dma& dma = accelerator_.dma();
  const Dma::View& view = accelerator_.memory_port();
  if (view.read_burst) {
    const ReadArbiter::Request& request = dma.read_request();
    memory_.take_read(
        memory_.burst(request.addr << dma.word_shift(), request.len + 1, request.is_load ? 1 : 0));
  }
  if (view.write_burst) {
    const BurstWalker::Burst& request = dma.write_request();
    memory_.take_write(memory_.burst(request.addr << dma.word_shift(), request.len + 1, 0));
  }
  if (view.w_valid && port_.w_ready) memory_.take_word(dma.word_last());
  VQROM_CHECK(memory_.end_cycle(true, true), "a burst has not the words that were requested");
}

std::int64_t MemorySide::steady_cycles() {
  if (memory_cycles_ <= 1) return 1;
  std::int64_t cycles = std::min(memory_cycles_, accelerator_.memory_side_steady_cycles(port_));
  if (accelerator_.memory_port().reader.move) cycles = std::min(cycles, memory_.write_room());
  return std::max<std::int64_t>(cycles, 1);
}

}  // namespace vqrom::sim::timing
