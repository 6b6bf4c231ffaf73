// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/timing_engine.h"

#include <algorithm>

namespace vqrom::sim::timing {

TimingEngine::TimingEngine(const config::AcceleratorConfig& config,
                           const std::string& codebook_sha256, const AxiMemoryOptions& memory,
                           std::uint64_t size_bytes)
    : origin_(memory.origin),
      accelerator_(config, codebook_sha256),
      memory_(memory, size_bytes, static_cast<std::uint64_t>(config.bus_bytes())),
      compute_(accelerator_, tally_),
      reads_(accelerator_, memory_, port_, tally_),
      stores_(accelerator_, memory_, port_, tally_) {}

void TimingEngine::look_reads() {
  reads_.look();
  if (accelerator_.context() == tally_.context()) return;
  count();
  tally_.set_context(accelerator_.context());
}

void TimingEngine::cycle(const Csr::Inputs& registers) {
  settle();
  compute_.stop();
  stores_.look();
  look_reads();
  accelerator_.look_compute();
  accelerator_.find_events();
  reads_.end_look();
  stores_.end_look();
  reads_.side = stores_.side = {};  // all is counted here, and looked at again
  if (watching_) {
    find_layer();
    tally_.add_cycle(accelerator_.events());
    show(1);
  }
  accelerator_.edge(port_, registers);
}

bool TimingEngine::run(std::int64_t most) {
  bool interrupted = false;
  while (most > 0 && !interrupted) {
    interrupted = accelerator_.csr().irq();
    most -= cycles(most);
  }
  return interrupted;
}

inline std::int64_t TimingEngine::cycles(std::int64_t most) {
  compute_.begin_cycle();
  const std::int64_t same =
      std::min({compute_.side.left, reads_.side.left, stores_.side.left, most});
  if (same > 0) {
    for (Side* side : {&compute_.side, &reads_.side, &stores_.side}) side->pass(same);
    show(same);
    return same;
  }
  Sides look{compute_.side.left == 0, reads_.side.left == 0, stores_.side.left == 0};
  if (look.stores) stores_.look();
  const bool woken = look.stores && accelerator_.stores_wake_reads();
  const bool streamed = look.reads && !look.compute && !woken && reads_.stream();
  look.reads = (look.reads && !streamed) || woken;
  if (look.reads) look_reads();
  if (look.compute || accelerator_.wakes_compute()) {
    look.compute = compute_.look();
    if (!look.reads && accelerator_.compute_wakes_reads()) {
      look_reads();
      look.reads = true;
    }
  }
  if (!look.stores && accelerator_.wakes_stores()) {
    stores_.look();
    look.stores = true;
  }
  if (look.reads) find_layer();

  compute_.end_cycle(look.compute);
  if (look.reads) {
    reads_.end_look();
  } else if (!streamed) {
    reads_.side.pass(1);
  }
  if (look.stores) {
    stores_.end_look();
  } else {
    stores_.side.pass(1);
  }
  show(1, streamed ? event_bit(Event::kReadBursts) : 0);  // they have heard of its bursts
  accelerator_.edge_sides(port_, look);
  return 1;
}

void TimingEngine::count() {
  compute_.count();
  reads_.count();
  stores_.count();
}

void TimingEngine::settle() {
  compute_.settle();
  reads_.settle();
  stores_.settle();
}

void TimingEngine::find_layer() {
  const std::uint32_t runs = accelerator_.tickets().runs;
  if (!layers_.is_over(runs, tally_.busy())) return;
  take_counts();
  layers_.next(runs);
}

void TimingEngine::take_counts() {
  count();
  const CycleCounts counts = tally_.take();
  layers_.add(counts);
  accelerator_.count(counts.events);
}

void TimingEngine::show_observers(std::int64_t cycles, std::uint32_t more) {
  accelerator_.find_events();
  const std::uint32_t events = accelerator_.events() | more;
  // Something new is in the first one: an observer that has enough ends with it, as with the RTL.
  observers_.pass(events, 1, layers_.layer());
  if (cycles > 1) observers_.pass(events, cycles - 1, layers_.layer());
}

void TimingEngine::watch(const ObservedRun& run, const std::vector<RunObserver*>& observers) {
  layers_.begin(*run.queues);
  observers_.begin(observers, run, origin_);
  compute_.set_observed(!observers.empty());
  reads_.set_observed(!observers.empty());
  stores_.set_observed(!observers.empty());
  if (!observers.empty()) {
    memory_.on_burst(
        [this](const MemoryBurst& burst, bool write) { observers_.burst(burst, write); });
  }
  watching_ = true;
}

void TimingEngine::unwatch() {
  watching_ = false;
  settle();
  take_counts();
  memory_.on_burst(nullptr);
  observers_.end();
}

}  // namespace vqrom::sim::timing
