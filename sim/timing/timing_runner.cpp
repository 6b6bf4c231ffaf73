// SPDX-License-Identifier: Apache-2.0
#include "sim/timing/timing_runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sw/base/cpu_time.h"
#include "sw/base/error.h"
#include "sw/base/interrupt.h"
#include "sw/compiler/bank_reads.h"

namespace vqrom::sim {
namespace {

using namespace registers;

constexpr std::int64_t kSliceCycles = 4096;  // between looks at progress, as AcceleratorHost
constexpr int kReadOnlyRegisters = 18;       // that AcceleratorHost compares

}  // namespace

TimingRunner::TimingRunner(const Bundle& bundle, std::vector<ResidentProgram> programs,
                           const AxiMemoryOptions& memory, Looks looks)
    : TimingRunner(bundle, programs, memory, looks,
                   place_programs(bundle, programs, memory.origin)) {}

TimingRunner::TimingRunner(const Bundle& bundle, std::vector<ResidentProgram> programs,
                           const AxiMemoryOptions& memory, Looks looks, const ProgramPlaces& places)
    : bundle_(bundle),
      looks_(looks),
      origin_(memory.origin),
      patience_cycles_(patience_cycles(memory)),
      accelerator_(bundle.config, bundle.codebook_sha256),
      compute_replay_(accelerator_.compute()),
      memory_(memory_options(bundle, memory), places.end - memory.origin,
              static_cast<std::uint64_t>(bundle.config.bus_bytes())) {
  const timing::InstructionReader reader;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const compiler::Program& program = *programs[i].program;
    ProgramQueues queues(program);
    std::vector<timing::Instruction> instructions;
    instructions.reserve(static_cast<std::size_t>(program.instruction_count));
    const std::span<const std::uint8_t> image(program.image);
    for (std::int64_t number = 0; number < program.instruction_count; ++number) {
      const auto at = static_cast<std::size_t>(number) * config::kInstructionBytes;
      instructions.push_back(reader.read(image.subspan(at).first<config::kInstructionBytes>()));
    }
    programs_.push_back({std::move(programs[i]), std::move(queues), places.bases[i],
                         std::move(instructions), compiler::program_reads(program)});
  }
  // The registers that are looked at before the first run: the memory's pauses go on meanwhile.
  for (int i = 0; i < kReadOnlyRegisters; ++i) (void)read(kId);
}

void TimingRunner::look_reads() {
  settle_reads();
  ReadTiming& memory = memory_.reads();
  memory.drive();
  memory_reads_steady_ = memory.steady_cycles();
  port_.ar_ready = memory.request_ready();
  port_.r_valid = memory.word_offered();
  if (port_.r_valid) {
    port_.r_last = memory.word_is_last();
    port_.r_is_load = memory.burst().id != 0;
    port_.r_error = memory.burst().refused;
  }
  accelerator_.look_reads(port_);
  if (accelerator_.context() == context_) return;
  count();
  context_ = accelerator_.context();
}

void TimingRunner::look_stores() {
  settle_stores();
  WriteTiming& memory = memory_.writes();
  memory.drive();
  memory_stores_steady_ = memory.steady_cycles();
  port_.aw_ready = memory.request_ready();
  port_.w_ready = memory.word_ready();
  port_.b_valid = memory.answer_offered();
  if (port_.b_valid) port_.b_error = memory.burst().refused;
  accelerator_.look_stores(port_);
}

void TimingRunner::take_read() {
  const timing::Dma& dma = accelerator_.dma();
  const timing::ReadArbiter::Request& request = dma.reads().request();
  memory_.take_read(
      memory_.burst(request.addr << dma.word_shift(), request.len + 1, request.is_load ? 1 : 0));
}

void TimingRunner::end_reads() {
  if (accelerator_.memory_port().read_burst) take_read();
  memory_.reads().end_cycle(true);
}

void TimingRunner::take_write() {
  const timing::Dma& dma = accelerator_.dma();
  const timing::BurstWalker::Burst& request = dma.stores().request();
  memory_.take_write(memory_.burst(request.addr << dma.word_shift(), request.len + 1, 0));
}

void TimingRunner::end_stores() {
  const timing::Dma::View& view = accelerator_.memory_port();
  if (view.write_burst) take_write();
  if (view.w_valid && port_.w_ready) {
    memory_.writes().take_word(accelerator_.dma().stores().word_last());
  }
  VQROM_CHECK(memory_.writes().end_cycle(true), "a burst has not the words that were requested");
}

void TimingRunner::count_compute() {
  const std::int64_t cycles = std::exchange(compute_.uncounted, 0);
  if (cycles == 0 || context_ == 0) return;
  const auto add = [this](std::uint32_t events, std::int64_t cycles_of_them) {
    watch_.tally.add(context_ | (events & ~event_bit(Event::kActReads)), cycles_of_them);
  };
  if (compute_replay_.active()) {
    compute_replay_.each(compute_.lag - cycles, compute_.lag, add);
  } else {
    add(accelerator_.compute_view().events, cycles);
  }
}

void TimingRunner::count_reads() {
  const std::int64_t cycles = std::exchange(reads_.uncounted, 0);
  if (cycles == 0 || context_ == 0) return;
  const std::uint32_t events = accelerator_.memory_port().read_events;
  watch_.tally.add(events, cycles);
  const bool waits = (context_ & event_bit(Event::kRunWaitLoads)) != 0;
  if (waits && (events & event_bit(Event::kLoadCodebook)) != 0) {
    watch_.tally.add_codebook_waits(cycles);
  }
}

void TimingRunner::count_stores() {
  const std::int64_t cycles = std::exchange(stores_.uncounted, 0);
  if (cycles == 0 || context_ == 0) return;
  watch_.tally.add(accelerator_.memory_port().write_events, cycles);
  if (request_in_ > stores_.lag - cycles && request_in_ <= stores_.lag) {
    watch_.tally.add(Event::kWriteBursts, 1);
  }
}

void TimingRunner::count() {
  count_compute();
  count_reads();
  count_stores();
}

void TimingRunner::settle_compute() {
  count_compute();
  const std::int64_t lag = std::exchange(compute_, {}).lag;
  if (compute_replay_.active()) {
    compute_replay_.leave(accelerator_.offered(), lag);
    watch_.tally.add(Event::kActReads, compute_replay_.take_reads());
  } else if (lag > 0) {
    const std::int64_t pads = accelerator_.advance_compute(lag);
    if (accelerator_.vector_goes()) watch_.tally.add(Event::kActReads, lag - pads);
    compute_replay_.went(accelerator_.compute_view().events, lag);
  }
}

void TimingRunner::next_piece() {
  count_compute();
  compute_ = {};
  compute_.left = compute_replay_.next(watch_.observers.empty());
  if (compute_.left == 0) {
    watch_.tally.add(Event::kActReads, compute_replay_.take_reads());
    return;
  }
  std::uint32_t events = 0;  // only observers look at them
  if (!watch_.observers.empty()) {
    compute_replay_.each(0, 1, [&](std::uint32_t each, std::int64_t) { events = each; });
  }
  accelerator_.repeat_compute(events);
}

bool TimingRunner::settle_reads() {
  count_reads();
  const std::int64_t lag = std::exchange(reads_, {}).lag;
  if (lag == 0) return false;
  const bool last = memory_.reads().advance(lag);
  accelerator_.advance_reads(lag, last);
  return last;
}

void TimingRunner::settle_stores() {
  count_stores();
  const std::int64_t lag = std::exchange(stores_, {}).lag;
  const std::int64_t answer_in = std::exchange(answer_in_, 0);
  const std::int64_t request_in = std::exchange(request_in_, 0);
  if (answer_in == 0 || lag < answer_in) return advance_stores(lag);
  timing::DmaStores& stores = accelerator_.stores();
  advance_stores(answer_in - 1);
  memory_.writes().pass_answer();
  stores.edge_answer();
  if (request_in == 0 || lag < request_in) return advance_stores(lag - answer_in + 1);
  advance_stores(1);
  take_write();
  stores.edge_request();
  advance_stores(lag - answer_in);
}

void TimingRunner::advance_stores(std::int64_t cycles) {
  if (cycles == 0) return;
  memory_.writes().advance(cycles, accelerator_.memory_port().reader.move);
  accelerator_.advance_stores(cycles);
}

void TimingRunner::settle() {
  settle_compute();
  settle_reads();
  settle_stores();
}

std::int64_t TimingRunner::free_reads() const {
  if (memory_reads_steady_ <= 1 || accelerator_.compute_wakes_reads() ||
      accelerator_.stores_wake_reads()) {
    return 0;
  }
  return std::min(memory_reads_steady_, accelerator_.reads_steady_cycles(port_)) - 1;
}

std::int64_t TimingRunner::free_stores() {
  if (memory_stores_steady_ <= 1) return 0;
  const WriteTiming& memory = memory_.writes();
  const timing::DmaStores& stores = accelerator_.dma().stores();
  const bool moves = accelerator_.memory_port().reader.move;
  std::int64_t cycles = std::min(memory_stores_steady_, accelerator_.stores_steady_cycles(port_));
  if (moves) cycles = std::min(cycles, memory.room());
  const std::int64_t answer = std::max<std::int64_t>(memory.quiet_cycles(), 1);
  if (answer < cycles) {
    const bool requests = stores.requests_after_answer();
    const bool passes = watch_.observers.empty() && !port_.b_valid && memory.passes_answer() &&
                        stores.passes_answer() && (moves || !requests);
    if (!passes) return answer - 1;
    answer_in_ = answer;
    request_in_ = requests ? answer + 1 : 0;
    cycles = std::min(cycles, std::max(memory.quiet_cycles(1), answer + 1));
  }
  return std::max<std::int64_t>(cycles, 1) - 1;
}

bool TimingRunner::stream() {
  if (!settle_reads() || !memory_.reads().streams() || !accelerator_.streams()) return false;
  const MemoryBurst& next = memory_.reads().burst();
  if (next.id == 0 || next.refused) return false;
  memory_.reads().drive();
  take_read();
  memory_.reads().end_cycle(true);
  accelerator_.edge_stream();
  reads_.left = std::min(next.words - 1, accelerator_.stream_cycles());
  return true;
}

void TimingRunner::cycle(const timing::Csr::Inputs& access) {
  settle();
  compute_replay_.stop();
  look_stores();
  look_reads();
  accelerator_.look_compute();
  accelerator_.find_events();
  end_reads();
  end_stores();
  if (watching_) {
    find_layer();
    watch_.tally.add(accelerator_.events());
    show(1);
  }
  accelerator_.edge(port_, access);
}

void TimingRunner::show(std::int64_t cycles, std::uint32_t more) {
  if (watch_.observers.empty()) return;
  accelerator_.find_events();
  const std::uint32_t events = accelerator_.events() | more;
  // Something new is in the first one: an observer that has enough ends with it, as with the RTL.
  watch_.observers.pass(events, 1, watch_.layer);
  if (cycles > 1) watch_.observers.pass(events, cycles - 1, watch_.layer);
}

std::int64_t TimingRunner::cycles(std::int64_t most) {
  if (looks_ == Looks::kEveryCycle) {
    cycle({});
    return 1;
  }
  if (compute_.left == 0 && compute_replay_.active()) next_piece();
  const std::int64_t same = std::min({compute_.left, reads_.left, stores_.left, most});
  if (same > 0) {
    for (Side* side : {&compute_, &reads_, &stores_}) side->pass(same);
    show(same);
    return same;
  }
  timing::Sides look{compute_.left == 0, reads_.left == 0, stores_.left == 0};
  if (look.stores) look_stores();
  const bool woken = look.stores && accelerator_.stores_wake_reads();
  const bool streamed = look.reads && !look.compute && !woken && stream();
  look.reads = (look.reads && !streamed) || woken;
  if (look.reads) look_reads();
  look.compute = look.compute || accelerator_.wakes_compute();
  if (look.compute) {
    settle_compute();
    look.compute = !compute_replay_.enter(accelerator_.offered());
    if (look.compute) {
      accelerator_.look_compute();
      compute_replay_.looked(accelerator_.offered(), accelerator_.compute_view());
      compute_replay_.went(accelerator_.compute_view().events, 1);
    } else {
      next_piece();
    }
    if (!look.reads && accelerator_.compute_wakes_reads()) {
      look_reads();
      look.reads = true;
    }
  }
  if (!look.stores && accelerator_.wakes_stores()) {
    look_stores();
    look.stores = true;
  }
  if (look.reads) find_layer();
  show(1, streamed ? event_bit(Event::kReadBursts) : 0);
  end_cycle(look, streamed);
  return 1;
}

void TimingRunner::end_cycle(const timing::Sides& look, bool streamed) {
  if (look.compute) {
    if (context_ != 0) watch_.tally.add(context_ | accelerator_.compute_view().events);
    compute_.left = std::max<std::int64_t>(accelerator_.compute_steady_cycles(), 1) - 1;
  } else {
    compute_.pass(1);
  }
  if (look.reads) {
    end_reads();
    reads_ = {free_reads(), 0, 1};
  } else if (streamed) {
    reads_.uncounted = 1;
    if (context_ != 0) watch_.tally.add(Event::kReadBursts, 1);
  } else {
    reads_.pass(1);
  }
  if (look.stores) {
    end_stores();
    stores_ = {free_stores(), 0, 1};
  } else {
    stores_.pass(1);
  }
  accelerator_.edge_sides(port_, look);
}

std::uint32_t TimingRunner::read(std::uint32_t offset) {
  timing::Csr::Inputs access;
  access.bready = access.rready = access.arvalid = true;
  access.araddr = offset;
  while (true) {
    const bool taken = accelerator_.csr().arready();
    const bool answered = accelerator_.csr().rvalid();
    const std::uint32_t value = accelerator_.csr().rdata();
    cycle(access);
    if (taken) access.arvalid = false;
    if (answered) return value;
  }
}

void TimingRunner::write(std::uint32_t offset, std::uint32_t value) {
  timing::Csr::Inputs access;
  access.bready = access.rready = access.awvalid = access.wvalid = true;
  access.awaddr = offset;
  access.wdata = value;
  access.wstrb = 0xf;
  while (true) {
    const bool address_taken = accelerator_.csr().awready();
    const bool data_taken = accelerator_.csr().wready();
    const bool answered = accelerator_.csr().bvalid();
    cycle(access);
    if (address_taken) access.awvalid = false;
    if (data_taken) access.wvalid = false;
    if (answered) return;
  }
}

void TimingRunner::find_layer() {
  const std::uint32_t runs = accelerator_.tickets().runs;
  // Before the start has come through, the RUNs are still the last program's.
  if (runs == 0 && context_ != 0) watch_.runs_are_ours = true;
  if (runs >= watch_.layer_end && watch_.runs_are_ours) next_layer();
}

void TimingRunner::next_layer() {
  take_counts();
  while (accelerator_.tickets().runs >= watch_.layer_end) {
    ++watch_.layer;
    watch_.layer_end = watch_.queues->end_of_layer(watch_.layer);
  }
}

void TimingRunner::take_counts() {
  count();
  const CycleCounts counts = watch_.tally.take();
  watch_.counts[watch_.layer] += counts;
  accelerator_.count(counts.events);
  watch_.cycles += counts.events[Event::kCycles];
  for (const Event move : kMoves) watch_.moves += counts.events[move];
}

Tickets TimingRunner::tickets() const {
  const timing::TicketCounts& counts = accelerator_.tickets();
  return {counts.loads, counts.reads, counts.runs, counts.store_reads, counts.stores};
}

void TimingRunner::wait_for_interrupt(const Loaded& loaded) {
  std::int64_t moves = watch_.moves;
  std::int64_t quiet = 0;
  while (true) {
    for (std::int64_t left = kSliceCycles; left > 0;) {
      const bool stopped = accelerator_.csr().irq();
      left -= cycles(left);
      if (stopped) return;
    }
    if (!compute_replay_.active()) settle_compute();
    take_counts();
    if (watch_.moves == moves && compute_replay_.active()) {  // they may be yet to be counted
      settle_compute();
      take_counts();
    }
    base::check_interrupt();
    quiet = watch_.moves == moves ? quiet + kSliceCycles : 0;
    moves = watch_.moves;
    if (quiet < patience_cycles_) continue;
    throw stuck_error(loaded.resident.place, quiet, watch_.cycles,
                      loaded.queues.waiting_text(tickets()));
  }
}

void TimingRunner::check_status(const Loaded& loaded, const ProgramRunOptions& options) {
  const std::uint32_t status = read(kStatus);
  if (status == kDone) return;
  throw stopped_error(loaded.resident.place, status, watch_.cycles, options.watchdog_cycles,
                      loaded.queues.waiting_text(tickets()));
}

void TimingRunner::execute(const Loaded& loaded, const ProgramRunOptions& options) {
  accelerator_.set_instructions({loaded.instructions.data()});
  accelerator_.set_bank_reads(loaded.bank_reads);
  write(kBaseLow, static_cast<std::uint32_t>(loaded.base));
  write(kBaseHigh, static_cast<std::uint32_t>(loaded.base >> 32));
  write(kCount, static_cast<std::uint32_t>(loaded.program().instruction_count));
  write(kWatchdog, options.watchdog_cycles);
  write(kIrqEnable, 1);
  write(kControl, kClearInterrupt);
  watching_ = true;
  try {
    write(kControl, kStart);
    wait_for_interrupt(loaded);
  } catch (...) {
    watching_ = false;
    settle();
    take_counts();
    throw;
  }
  watching_ = false;
  settle();
  take_counts();
  check_status(loaded, options);
  write(kControl, kClearInterrupt);
}

ProgramResult TimingRunner::run(std::size_t program, const ProgramRunOptions& options) {
  const Loaded& loaded = programs_.at(program);
  ProgramResult result = begin_result(loaded.resident, loaded.base);
  watch_ = {};
  watch_.queues = &loaded.queues;
  watch_.counts.assign(result.layers.size(), {});
  watch_.layer_end = loaded.queues.end_of_layer(0);
  if (!options.observers.empty()) {
    watch_.observers.begin(options.observers, {&loaded.program(), &loaded.queues, loaded.base},
                           origin_);
    memory_.on_burst([this](const MemoryTiming::Burst& burst, bool write) {
      watch_.observers.burst(burst, write);
    });
  }
  const double cpu_start = base::thread_cpu_seconds();
  try {
    execute(loaded, options);
  } catch (...) {
    result.stopped = std::current_exception();
  }
  result.cpu_seconds = base::thread_cpu_seconds() - cpu_start;
  memory_.on_burst(nullptr);
  watch_.observers.end();
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    result.layers[i].counts = watch_.counts[i];
    result.layers[i].words = loaded.queues.moved_words(i);
    result.layers[i].reads = loaded.queues.run_reads(i);
  }
  const auto read_register = [this](std::uint32_t offset) { return read(offset); };
  if (result.stopped) {
    keep_finished(result, loaded.queues.finished_layers(read_tickets(read_register)));
    return result;
  }
  const EventCounts counted = read_counters(read_register);
  try {
    check_counters(bundle_, loaded.program(), result, counted);
  } catch (const base::UserError&) {
    result.stopped = std::current_exception();
  }
  return result;
}

}  // namespace vqrom::sim
