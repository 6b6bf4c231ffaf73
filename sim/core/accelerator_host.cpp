// SPDX-License-Identifier: Apache-2.0
#include "sim/core/accelerator_host.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sw/base/error.h"

namespace vqrom::sim {
namespace {

using namespace registers;

constexpr int kResetCycles = 4;
constexpr int kAnswerCycles = 1000;  // that a register may take
constexpr std::size_t kHashWords = 8;

std::uint32_t word(std::span<const std::uint8_t> bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

void put(std::span<std::uint8_t> bytes, std::uint32_t value) {
  std::memcpy(bytes.data(), &value, bytes.size());
}

// Of a port of 17 to 24 bits.
std::uint32_t three_bytes(const std::uint8_t* bytes) {
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16;
}

// The 32-bit words of a hash in hexadecimal, first byte lowest.
std::array<std::uint32_t, kHashWords> hash_words(const std::string& hex) {
  VQROM_CHECK(hex.size() == kHashWords * 8, "'{}' is no SHA-256", hex);
  std::array<std::uint32_t, kHashWords> words{};
  for (std::size_t i = 0; i < kHashWords * 4; ++i) {
    const auto byte = static_cast<std::uint32_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
    words[i / 4] |= byte << 8 * (i % 4);
  }
  return words;
}

struct Register {
  std::string name;
  std::uint32_t offset = 0;
  std::uint32_t expected = 0;
};

std::vector<Register> read_only_registers(const Bundle& bundle) {
  std::vector<Register> all{{"ID", kId, kIdValue}, {"VERSION", kVersion, kVersionValue}};
  const auto hash = hash_words(bundle.codebook_sha256);
  for (std::size_t i = 0; i < kHashWords; ++i) {
    all.push_back({fmt::format("CODEBOOK_HASH {}", i),
                   kCodebookHash + 4 * static_cast<std::uint32_t>(i), hash[i]});
  }
  const config::AcceleratorConfig& config = bundle.config;
  std::uint32_t offset = kConfiguration;
  for (const auto& [name, value] : {std::pair{"ROWS", config.array.rows},
                                    {"COLUMNS", config.array.columns},
                                    {"LANES", config.requantise.lanes},
                                    {"BUS_BITS", config.bus.data_bits},
                                    {"ENTRIES", config.codebook.entries},
                                    {"DIMENSION", config.codebook.dimension},
                                    {"ELEMENT_BITS", config.codebook.element_bits},
                                    {"PORTS", config.codebook.read_ports}}) {
    all.push_back({name, offset, static_cast<std::uint32_t>(value)});
    offset += 4;
  }
  return all;
}

}  // namespace

base::UserError stuck_error(const std::string& name, std::int64_t quiet, std::int64_t cycles,
                            const std::string& waiting) {
  return {"simulate.stuck", name,
          fmt::format("nothing happened for {} cycles, after {} cycles:\n{}", quiet, cycles - quiet,
                      waiting)};
}

base::UserError stopped_error(const std::string& name, std::uint32_t status, std::int64_t cycles,
                              std::uint32_t watchdog_cycles, const std::string& waiting) {
  std::string cause = fmt::format("its status is {:#x}", status);
  if ((status & kErrorResponse) != 0) cause = "memory gave an error response";
  if ((status & kWatchdogExpired) != 0) {
    cause = fmt::format("no instruction was completed for {} cycles", watchdog_cycles);
  }
  if ((status & kIllegalInstruction) != 0) cause = "it met an illegal instruction";
  return {"simulate.stopped", name,
          fmt::format("the accelerator stopped after {} cycles: {}\n{}", cycles, cause, waiting)};
}

AcceleratorHost::AcceleratorHost(CycleModel& model, AxiMemory& memory, std::int64_t patience_cycles)
    : model_(model), memory_(memory), patience_cycles_(patience_cycles) {
  const auto port = [&](const char* name) { return model.value(model.port(name)); };
  awvalid_ = port("csr_awvalid_i");
  awaddr_ = port("csr_awaddr_i");
  awready_ = port("csr_awready_o");
  wvalid_ = port("csr_wvalid_i");
  wdata_ = port("csr_wdata_i");
  wready_ = port("csr_wready_o");
  bvalid_ = port("csr_bvalid_o");
  bresp_ = port("csr_bresp_o");
  arvalid_ = port("csr_arvalid_i");
  araddr_ = port("csr_araddr_i");
  arready_ = port("csr_arready_o");
  rvalid_ = port("csr_rvalid_o");
  rdata_ = port("csr_rdata_o");
  rresp_ = port("csr_rresp_o");
  irq_ = port("irq_o");
  events_ = port("events_o");
  runs_ = port("runs_o");
  VQROM_CHECK(events_.size() == 4 && runs_.size() == 3, "events_o and runs_o take 4 and 3 bytes");

  port("csr_wstrb_i")[0] = 0xf;
  port("csr_bready_i")[0] = 1;
  port("csr_rready_i")[0] = 1;
  awvalid_[0] = 0;
  wvalid_[0] = 0;
  arvalid_[0] = 0;
  const auto reset = port("rst_n");
  reset[0] = 0;
  for (int cycle = 0; cycle < kResetCycles; ++cycle) {
    model_.settle();
    model_.clock_edge();
  }
  reset[0] = 1;
}

void AcceleratorHost::settle() {
  memory_.drive();
  model_.settle();
}

void AcceleratorHost::clock_edge() {
  memory_.sample();
  if (running_) observe();
  model_.clock_edge();
}

std::uint32_t AcceleratorHost::read(std::uint32_t offset) {
  arvalid_[0] = 1;
  put(araddr_, offset);
  for (int cycle = 0; cycle < kAnswerCycles; ++cycle) {
    settle();
    const bool taken = arready_[0] != 0;
    const bool answered = rvalid_[0] != 0;
    const std::uint32_t value = word(rdata_);
    const int response = rresp_[0];
    clock_edge();
    if (taken) arvalid_[0] = 0;
    if (!answered) continue;
    if (response == 0) return value;
    throw base::UserError(
        "simulate.device", place(),
        fmt::format("reading register {:#05x} gave response {}; must be 0", offset, response));
  }
  arvalid_[0] = 0;
  throw base::UserError(
      "simulate.device", place(),
      fmt::format("register {:#05x} gave no value for {} cycles", offset, kAnswerCycles));
}

void AcceleratorHost::write(std::uint32_t offset, std::uint32_t value) {
  awvalid_[0] = 1;
  wvalid_[0] = 1;
  put(awaddr_, offset);
  put(wdata_, value);
  for (int cycle = 0; cycle < kAnswerCycles; ++cycle) {
    settle();
    const bool address_taken = awready_[0] != 0;
    const bool data_taken = wready_[0] != 0;
    const bool answered = bvalid_[0] != 0;
    const int response = bresp_[0];
    clock_edge();
    if (address_taken) awvalid_[0] = 0;
    if (data_taken) wvalid_[0] = 0;
    if (!answered) continue;
    if (response == 0) return;
    throw base::UserError(
        "simulate.device", place(),
        fmt::format("writing register {:#05x} gave response {}; must be 0", offset, response));
  }
  awvalid_[0] = 0;
  wvalid_[0] = 0;
  throw base::UserError("simulate.device", place(),
                        fmt::format("writing register {:#05x} was not answered for {} cycles",
                                    offset, kAnswerCycles));
}

void AcceleratorHost::check_device(const Bundle& bundle) {
  base::Problems problems;
  for (const Register& each : read_only_registers(bundle)) {
    const std::uint32_t found = read(each.offset);
    if (found == each.expected) continue;
    problems.add("simulate.device", bundle.directory.string(),
                 fmt::format("register {} ({:#05x}) is {:#x}; must be {:#x}", each.name,
                             each.offset, found, each.expected));
  }
  problems.throw_if_any();
}

Tickets AcceleratorHost::read_tickets() {
  return sim::read_tickets([this](std::uint32_t offset) { return read(offset); });
}

EventCounts AcceleratorHost::read_counters() {
  return sim::read_counters([this](std::uint32_t offset) { return read(offset); });
}

std::string AcceleratorHost::place() const {
  return name_.empty() ? "accelerator" : name_;
}

void AcceleratorHost::observe() {
  const std::uint32_t events = word(events_);
  const std::uint32_t runs = three_bytes(runs_.data());
  // Before the start has come through, runs_o is still the last program's.
  if (runs == 0 && (events & event_bit(Event::kCycles)) != 0) runs_are_ours_ = true;
  if (runs >= layer_end_ && runs_are_ours_) {
    take_counts();
    while (runs >= layer_end_) {
      ++layer_;
      layer_end_ = queues_->end_of_layer(layer_);
    }
    if (hooks_->layer_begins) hooks_->layer_begins(layer_);
  }
  count_events();
}

void AcceleratorHost::count_events() {
  const std::uint32_t events = word(events_);
  tally_.add(events);
  if (hooks_->observers != nullptr) hooks_->observers->pass(events, 1, layer_);
}

void AcceleratorHost::take_counts() {
  const CycleCounts counts = tally_.take();
  counts_[layer_] += counts;
  count_moves(counts);
}

void AcceleratorHost::count_moves(const CycleCounts& counts) {
  cycles_ += counts.events[Event::kCycles];
  for (const Event move : kMoves) moves_ += counts.events[move];
}

void AcceleratorHost::wait_for_interrupt() {
  waiting_ = true;
  while (true) {
    for (; slice_.cycle < HostState::kSliceCycles; ++slice_.cycle) {
      settle();
      const bool stopped = irq_[0] != 0;
      clock_edge();
      if (stopped) return;
    }
    end_slice();
  }
}

void AcceleratorHost::end_slice() {
  take_counts();
  slice_.quiet_cycles = moves_ == slice_.moves ? slice_.quiet_cycles + HostState::kSliceCycles : 0;
  slice_.moves = moves_;
  slice_.cycle = 0;
  if (hooks_->progress) hooks_->progress(cycles_);
  if (slice_.quiet_cycles < patience_cycles_) return;
  running_ = false;
  throw stuck_error(name_, slice_.quiet_cycles, cycles_, queues_->waiting_text(read_tickets()));
}

bool AcceleratorHost::finish_cycle() {
  const bool stopped = irq_[0] != 0;
  if (hooks_->layer_begins) hooks_->layer_begins(layer_);
  count_events();
  model_.clock_edge();
  ++slice_.cycle;
  return stopped;
}

void AcceleratorHost::check_status(const ProgramStart& start) {
  const std::uint32_t status = read(kStatus);
  if (status == kDone) return;
  throw stopped_error(name_, status, cycles_, start.watchdog_cycles,
                      queues_->waiting_text(read_tickets()));
}

void AcceleratorHost::begin(const ProgramStart& start, const ProgramQueues& queues,
                            const HostHooks& hooks) {
  VQROM_CHECK(queues.layer_count() > 0, "{} has no layers", start.name);
  name_ = start.name;
  queues_ = &queues;
  hooks_ = &hooks;
  waiting_ = false;
  tally_ = {};
  cycles_ = 0;
  moves_ = 0;
  slice_ = {};
}

void AcceleratorHost::run(const ProgramStart& start, const ProgramQueues& queues,
                          const HostHooks& hooks) {
  begin(start, queues, hooks);
  write(kBaseLow, static_cast<std::uint32_t>(start.base));
  write(kBaseHigh, static_cast<std::uint32_t>(start.base >> 32));
  write(kCount, static_cast<std::uint32_t>(start.instructions));
  write(kWatchdog, start.watchdog_cycles);
  write(kIrqEnable, 1);
  write(kControl, kClearInterrupt);  // of a run that was stopped

  counts_.assign(queues.layer_count(), {});
  layer_ = 0;
  layer_end_ = queues_->end_of_layer(0);
  runs_are_ours_ = false;
  if (hooks.layer_begins) hooks.layer_begins(0);
  finish(start, [&] {
    write(kControl, kStart);
    slice_.moves = moves_;
    wait_for_interrupt();
  });
}

void AcceleratorHost::resume(const ProgramStart& start, const ProgramQueues& queues,
                             const HostState& state, const HostHooks& hooks) {
  begin(start, queues, hooks);
  VQROM_CHECK(state.counts.size() == queues.layer_count() && state.layer < queues.layer_count(),
              "layer {} of {} in {}", state.layer, state.counts.size(), start.name);
  for (const CycleCounts& counts : state.counts) count_moves(counts);
  counts_ = state.counts;
  layer_ = state.layer;
  layer_end_ = queues_->end_of_layer(layer_);
  runs_are_ours_ = true;
  slice_ = state.slice;
  waiting_ = true;
  finish(start, [&] {
    if (!finish_cycle()) wait_for_interrupt();
  });
}

void AcceleratorHost::finish(const ProgramStart& start, const std::function<void()>& rest) {
  running_ = true;
  try {
    rest();
  } catch (...) {
    running_ = false;
    take_counts();
    throw;
  }
  running_ = false;
  take_counts();
  check_status(start);
  write(kControl, kClearInterrupt);
}

}  // namespace vqrom::sim
