// SPDX-License-Identifier: Apache-2.0
// accelerator_host — what a processor does beside vq_accelerator: registers, start, wait, and
// watch.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/axi_memory.h"
#include "sim/core/bundle.h"
#include "sim/core/cycle_model.h"
#include "sim/core/event_counts.h"
#include "sim/core/program_queues.h"
#include "sim/core/run_observer.h"
#include "sw/base/error.h"

namespace vqrom::sim {

// Byte offsets of the registers; docs/rtl/accelerator.md.
namespace registers {
inline constexpr std::uint32_t kId = 0x000;
inline constexpr std::uint32_t kVersion = 0x004;
inline constexpr std::uint32_t kControl = 0x008;
inline constexpr std::uint32_t kStatus = 0x00C;
inline constexpr std::uint32_t kBaseLow = 0x010;
inline constexpr std::uint32_t kBaseHigh = 0x014;
inline constexpr std::uint32_t kCount = 0x018;
inline constexpr std::uint32_t kIrqEnable = 0x01C;
inline constexpr std::uint32_t kWatchdog = 0x020;
inline constexpr std::uint32_t kLoads = 0x024;  // then reads, runs, store reads, stores
inline constexpr std::uint32_t kCodebookHash = 0x040;
inline constexpr std::uint32_t kConfiguration = 0x060;
inline constexpr std::uint32_t kCounters = 0x100;
inline constexpr std::uint32_t kIdValue = 0x4D525156;
inline constexpr std::uint32_t kVersionValue = 1;
inline constexpr std::uint32_t kStart = 1;           // CONTROL
inline constexpr std::uint32_t kClearInterrupt = 2;  // CONTROL
inline constexpr std::uint32_t kBusy = 1;            // STATUS
inline constexpr std::uint32_t kDone = 2;
inline constexpr std::uint32_t kErrorResponse = 4;
inline constexpr std::uint32_t kWatchdogExpired = 8;
inline constexpr std::uint32_t kIllegalInstruction = 16;
}  // namespace registers

// TICKETS and COUNTERS, in the order of their addresses; `read` gives the 32 bits at an offset.
template <typename Read>
[[nodiscard]] Tickets read_tickets(Read read) {
  Tickets tickets;
  std::uint32_t offset = registers::kLoads;
  for (std::int64_t* each :
       {&tickets.loads, &tickets.reads, &tickets.runs, &tickets.store_reads, &tickets.stores}) {
    *each = read(offset);
    offset += 4;
  }
  return tickets;
}
template <typename Read>
[[nodiscard]] EventCounts read_counters(Read read) {
  EventCounts counters;
  std::uint32_t offset = registers::kCounters;
  for (std::int64_t& count : counters.counts) {
    const std::uint64_t low = read(offset);
    const std::uint64_t high = read(offset + 4);
    count = static_cast<std::int64_t>(high << 32 | low);
    offset += 8;
  }
  return counters;
}

// Something was computed or moved: all events but busy and waiting.
inline constexpr std::array kMoves{Event::kIssue,      Event::kDecode,      Event::kVectorReads,
                                   Event::kOutWrites,  Event::kLoadAct,     Event::kLoadWgt,
                                   Event::kLoadParam,  Event::kLoadWindow,  Event::kLoadCodebook,
                                   Event::kLoadTable,  Event::kFetch,       Event::kStore,
                                   Event::kReadBursts, Event::kWriteBursts, Event::kActReads};

// simulate.stuck: nothing happened for the last `quiet` of `cycles`.
[[nodiscard]] base::UserError stuck_error(const std::string& name, std::int64_t quiet,
                                          std::int64_t cycles, const std::string& waiting);
// simulate.stopped: the program ended with a status that is not done.
[[nodiscard]] base::UserError stopped_error(const std::string& name, std::uint32_t status,
                                            std::int64_t cycles, std::uint32_t watchdog_cycles,
                                            const std::string& waiting);

struct ProgramStart {
  std::string name;  // in messages
  std::uint64_t base = 0;
  std::int64_t instructions = 0;
  std::uint32_t watchdog_cycles = 0;  // 0: never
};

struct HostHooks {
  std::function<void(std::size_t layer)> layer_begins = {};
  // Now and then, with the cycles so far; may throw to stop the run.
  std::function<void(std::int64_t cycles)> progress = {};
  RunObservers* observers = nullptr;  // begun; may be null
};

// A run in the cycle in which a layer begins, memory's part of it done; of the host alone.
struct HostState {
  std::size_t layer = 0;            // that begins
  std::vector<CycleCounts> counts;  // by layer, up to the cycle before
  // Between looks at progress.
  struct Slice {
    std::int64_t cycle = 0;
    std::int64_t moves = 0;         // at its start
    std::int64_t quiet_cycles = 0;  // up to its start
  };
  Slice slice;
  static constexpr std::int64_t kSliceCycles = 4096;
};

class AcceleratorHost {
 public:
  // Resets the accelerator. `memory` is connected to the same model. A run in which nothing happens
  // for `patience_cycles` is stuck.
  AcceleratorHost(CycleModel& model, AxiMemory& memory, std::int64_t patience_cycles = 100'000);

  // One access over AXI4-Lite. Errors: simulate.device (no answer, or an error response).
  [[nodiscard]] std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);

  // Compares the read-only registers with the bundle. Errors: simulate.device, all differences.
  void check_device(const Bundle& bundle);

  // Runs a program that lies in memory until it is done and clears the interrupt. Counts go to
  // the layer of the first RUN that is not complete. Errors: simulate.stuck (nothing happened any
  // more), simulate.stopped (error response, watchdog, illegal instruction), both with what each
  // queue waits for; what `hooks` throw.
  void run(const ProgramStart& start, const ProgramQueues& queues, const HostHooks& hooks = {});

  // Whether the run can be saved: in `layer_begins` of all layers but the first.
  [[nodiscard]] bool can_be_saved() const { return waiting_; }
  [[nodiscard]] HostState state() const { return {layer_, counts_, slice_}; }
  // Goes on with a run that was saved there; model and memory are as they were. As run().
  void resume(const ProgramStart& start, const ProgramQueues& queues, const HostState& state,
              const HostHooks& hooks = {});

  // Of the last run, by layer; complete up to where it was stopped.
  [[nodiscard]] const std::vector<CycleCounts>& counts() const { return counts_; }
  // The accelerator's own.
  [[nodiscard]] Tickets read_tickets();
  [[nodiscard]] EventCounts read_counters();

 private:
  // Everything of a cycle up to where outputs are settled, and the rest.
  void settle();
  void clock_edge();
  // What the accelerator shows in a cycle of a run.
  void observe();
  void count_events();
  void begin(const ProgramStart& start, const ProgramQueues& queues, const HostHooks& hooks);
  // Runs `rest` of the program, which begins it or goes on with it.
  void finish(const ProgramStart& start, const std::function<void()>& rest);
  // The rest of the cycle in which a run was saved; true if it is the run's last.
  bool finish_cycle();
  void take_counts();
  void count_moves(const CycleCounts& counts);
  void wait_for_interrupt();
  void end_slice();
  void check_status(const ProgramStart& start);
  [[nodiscard]] std::string place() const;

  CycleModel& model_;
  AxiMemory& memory_;
  std::int64_t patience_cycles_;
  std::span<std::uint8_t> awvalid_, awaddr_, wvalid_, wdata_, arvalid_, araddr_;
  std::span<const std::uint8_t> awready_, wready_, bvalid_, bresp_, arready_, rvalid_, rdata_,
      rresp_, irq_, events_, runs_;

  // Of the run that goes on.
  bool running_ = false;
  std::string name_;
  const ProgramQueues* queues_ = nullptr;
  const HostHooks* hooks_ = nullptr;
  CycleTally tally_;
  std::vector<CycleCounts> counts_;
  std::size_t layer_ = 0;
  std::uint32_t layer_end_ = 0;  // RUNs at which the layer is over
  bool runs_are_ours_ = false;   // runs_o, and not the last program's
  std::int64_t cycles_ = 0;
  std::int64_t moves_ = 0;
  HostState::Slice slice_;
  bool waiting_ = false;  // for the interrupt
};

}  // namespace vqrom::sim
