// SPDX-License-Identifier: Apache-2.0
// control — vq_control: fetches a program, gives instructions away when their tickets are seen.
#pragma once

#include <cstdint>

#include "sim/core/event_counts.h"
#include "sim/timing/dispatch.h"
#include "sim/timing/fetch.h"
#include "sim/timing/fifo.h"
#include "sim/timing/instruction.h"
#include "sim/timing/ticket_gate.h"
#include "sim/timing/tickets.h"

namespace vqrom::sim::timing {

// Instructions by their number. A ring holds those that are fetched and not dispatched.
struct InstructionStore {
  const Instruction* items = nullptr;
  std::uint32_t mask = ~0U;
  [[nodiscard]] const Instruction& at(std::uint32_t number) const { return items[number & mask]; }
};

class Control {
 public:
  explicit Control(int bus_bits) : fetch_(bus_bits) {}

  struct View {
    bool ar_valid = false;
    bool load_valid = false;
    bool store_valid = false;
    bool run_valid = false;
    bool done = false;
    bool illegal = false;
    std::uint32_t events = 0;
    // Inside.
    std::uint8_t opcode = 0;
    bool head_is_run = false;
    Dispatch::View dispatch;
    TicketGate::View load, store, run;
  };
  struct Inputs {
    bool start = false;
    std::uint32_t count = 0;
    bool ar_ready = false;
    bool word = false;
    bool load_ready = false;
    bool store_ready = false;
    bool run_ready = false;
    TicketPulses pulses;
  };
  [[nodiscard]] const Transfer& load() const { return loads_.front().transfer; }
  [[nodiscard]] const Transfer& store() const { return stores_.front().transfer; }
  [[nodiscard]] const Run& run() const { return runs_.front().run; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::uint64_t ar_addr() const { return fetch_.ar_addr(); }
  [[nodiscard]] const TicketCounts& counts() const { return counts_; }

  void look(const InstructionStore& store, bool stop, View& view) const {
    view.ar_valid = fetch_.ar_valid();
    const bool valid = fetch_.valid();
    view.opcode = valid ? store.at(fetch_.number()).opcode : std::uint8_t{0};
    dispatch_.look(valid, view.opcode, fetch_.last(), loads_.ready(), stores_.ready(),
                   runs_.ready(), counts_, view.dispatch);
    view.done = view.dispatch.done;
    view.illegal = view.dispatch.illegal;
    if (loads_.valid()) {
      const Instruction& head = loads_.front();
      load_gate_.look(stop, true, counts_.reads >= head.wait0, counts_.stores >= head.wait1,
                      view.load);
      view.load_valid = view.load.pass;
    } else {
      view.load = {};
      view.load_valid = false;
    }
    if (stores_.valid()) {
      store_gate_.look(stop, true, counts_.runs >= stores_.front().wait0, true, view.store);
      view.store_valid = view.store.pass;
    } else {
      view.store = {};
      view.store_valid = false;
    }
    view.head_is_run = runs_.valid() && is_run(runs_.front());
    if (view.head_is_run) {
      const Instruction& head = runs_.front();
      run_gate_.look(stop, true, counts_.loads >= head.wait0, counts_.store_reads >= head.wait1,
                     view.run);
      view.run_valid = view.run.pass;
    } else {
      view.run = {};
      view.run_valid = false;
    }
    const auto bit = [](Event event, bool on) { return on ? event_bit(event) : 0U; };
    view.events =
        bit(Event::kLoadWait, view.load.wait) | bit(Event::kRunWaitLoads, view.run.wait0) |
        bit(Event::kRunWaitStores, view.run.wait1) | bit(Event::kStoreWait, view.store.wait);
  }

  // A SHAPE or FACTORS leaves the queue of RUNs at the edge.
  [[nodiscard]] bool takes_context(const View& view) const {
    return runs_.valid() && !view.head_is_run;
  }

  // Nothing but what is idempotent happens at the edge; forks and the RUN's consumers aside.
  [[nodiscard]] bool holds(const View& view, bool fetch_ready, bool fetch_word) const {
    return fetch_.holds() && !(view.ar_valid && fetch_ready) && !fetch_word &&
           !view.dispatch.take && !view.done && !view.illegal &&
           (view.head_is_run || !runs_.valid());
  }

  void edge(const InstructionStore& store, const View& view, const Inputs& in) {
    const std::uint32_t number = fetch_.number();
    fetch_.edge(in.start, in.count, view.ar_valid && in.ar_ready, in.word, view.dispatch.take);
    dispatch_.edge(in.start, view.dispatch, view.opcode == opcode_of(config::Opcode::kRun));
    counts_.edge(in.start, in.pulses);
    load_gate_.edge(view.load_valid, in.load_ready);
    store_gate_.edge(view.store_valid, in.store_ready);
    run_gate_.edge(view.run_valid, in.run_ready);
    const bool context = takes_context(view);
    if (context && runs_.front().opcode == opcode_of(config::Opcode::kShape)) {
      shape_ = runs_.front().shape;
    }
    const Instruction& next = view.dispatch.take ? store.at(number) : kNone;
    loads_.edge(view.dispatch.take && view.dispatch.load, next, view.load_valid && in.load_ready);
    stores_.edge(view.dispatch.take && view.dispatch.store, next,
                 view.store_valid && in.store_ready);
    runs_.edge(view.dispatch.take && view.dispatch.run, next,
               context || (view.run_valid && in.run_ready));
  }

 private:
  static constexpr int kQueueDepth = 4;
  static constexpr Instruction kNone{};
  static bool is_run(const Instruction& instruction) {
    return instruction.opcode != opcode_of(config::Opcode::kShape) &&
           instruction.opcode != opcode_of(config::Opcode::kFactors);
  }

  Fetch fetch_;
  Dispatch dispatch_;
  TicketCounts counts_;
  Fifo<Instruction, kQueueDepth> loads_;
  Fifo<Instruction, kQueueDepth> stores_;
  Fifo<Instruction, kQueueDepth> runs_;
  TicketGate load_gate_;
  TicketGate store_gate_;
  TicketGate run_gate_;
  Shape shape_;
};

}  // namespace vqrom::sim::timing
