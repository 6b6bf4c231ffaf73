// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/reads_side.h"

#include <algorithm>
#include <utility>

namespace vqrom::sim::timing {

bool ReadsSide::stream() {
  if (!settle() || !memory_.reads().streams() || !accelerator_.streams()) return false;
  pass_streamed();
  side.restart(stream_cycles());
  streams_ = true;
  return true;
}

void ReadsSide::pass_streamed() {
  memory_.reads().drive();
  take_request();
  memory_.reads().end_cycle(true);
  accelerator_.edge_stream();
  tally_.add_memory(event_bit(Event::kReadBursts), 1);
}

std::int64_t ReadsSide::stream_cycles() const {
  const ReadTiming& memory = memory_.reads();
  const std::int64_t most = accelerator_.stream_cycles();
  std::int64_t cycles = memory.burst_left();
  if (observed_) return std::min(cycles, most);
  const std::int64_t bursts = accelerator_.stream_bursts();
  for (std::int64_t next = 1; next < bursts && cycles < most; ++next) {
    const std::int64_t words = memory.streamed_words(next, cycles);
    if (words == 0) break;
    cycles += words;
  }
  return std::min(cycles, most);
}

void ReadsSide::look() {
  settle();
  ReadTiming& memory = memory_.reads();
  memory.drive();
  memory_steady_ = memory.steady_cycles();
  port_.ar_ready = memory.request_ready();
  port_.r_valid = memory.word_offered();
  if (port_.r_valid) {
    port_.r_last = memory.word_is_last();
    port_.r_is_load = memory.burst().id != 0;
    port_.r_error = memory.burst().refused;
  }
  accelerator_.look_reads(port_);
}

void ReadsSide::end_look() {
  if (accelerator_.memory_port().read_burst) take_request();
  memory_.reads().end_cycle(true);
  side.restart(free_cycles());
}

void ReadsSide::count() {
  const std::int64_t cycles = std::exchange(side.uncounted, 0);
  if (cycles != 0) tally_.add_memory(accelerator_.memory_port().read_events, cycles);
}

bool ReadsSide::settle() {
  count();
  std::int64_t lag = std::exchange(side, {}).lag;
  if (std::exchange(streams_, false)) {
    for (std::int64_t left; lag > (left = memory_.reads().burst_left()); lag -= left + 1) {
      advance(left);
      pass_streamed();
    }
  }
  return advance(lag);
}

bool ReadsSide::advance(std::int64_t cycles) {
  if (cycles == 0) return false;
  const bool last = memory_.reads().advance(cycles);
  accelerator_.advance_reads(cycles, last);
  return last;
}

void ReadsSide::take_request() {
  const Dma& dma = accelerator_.dma();
  const ReadArbiter::Request& request = dma.reads().request();
  memory_.take_read(
      memory_.burst(request.addr << dma.word_shift(), request.len + 1, request.is_load ? 1 : 0));
}

std::int64_t ReadsSide::free_cycles() const {
  if (memory_steady_ <= 1 || accelerator_.compute_wakes_reads() ||
      accelerator_.stores_wake_reads()) {
    return 0;
  }
  const std::int64_t cycles = std::min(memory_steady_, accelerator_.reads_steady_cycles(port_));
  return std::max<std::int64_t>(cycles, 1) - 1;
}

}  // namespace vqrom::sim::timing
