// SPDX-License-Identifier: Apache-2.0
// dma_stores — the half of vq_dma that writes: STOREs out of the output buffer.
#pragma once

#include <algorithm>
#include <cstdint>

#include "gen/config/accelerator_config.h"
#include "sim/core/event_counts.h"
#include "sim/timing/burst_queue.h"
#include "sim/timing/burst_walker.h"
#include "sim/timing/fifo.h"
#include "sim/timing/forever.h"
#include "sim/timing/fork.h"
#include "sim/timing/limit.h"
#include "sim/timing/memory_inputs.h"
#include "sim/timing/store_reader.h"

namespace vqrom::sim::timing {

class DmaStores {
 public:
  DmaStores(const config::AcceleratorConfig& config, int word_shift)
      : walker_(config.bus, word_shift),
        reader_(config.vector_words()),
        lengths_(std::max(2, config.bus.outstanding)),
        lasts_(std::max(2, config.bus.outstanding)),
        limit_(config.bus.outstanding) {}

  struct View {
    bool store_ready = false;
    std::uint32_t write_events = 0;
    // To memory.
    bool aw_valid = false;
    bool w_valid = false;
    // Inside.
    bool write_burst = false;
    unsigned store_fork_ready = 0;
    bool store_burst_ready = false;
    StoreReader::View reader;
  };
  struct Inputs {
    bool store_valid = false;
    const Transfer* store = nullptr;
    std::uint64_t base = 0;
  };
  [[nodiscard]] bool store_read() const { return reader_.read_done(); }
  [[nodiscard]] bool store_done() const { return done_; }
  [[nodiscard]] bool error() const { return error_; }
  [[nodiscard]] const BurstWalker::Burst& request() const { return walker_.burst(); }
  [[nodiscard]] bool word_last() const { return reader_.last_o(); }

  void look(const MemoryInputs& memory, View& view) const {
    if (rests_) return;
    const bool open = limit_.open();
    view.aw_valid = walker_.valid() && open;
    view.write_burst = view.aw_valid && memory.aw_ready;
    view.store_burst_ready = memory.aw_ready && open;
    view.store_fork_ready = (walker_.ready() ? 1U : 0U) | (queue_.ready() ? 2U : 0U);
    view.store_ready = fork_.ready(view.store_fork_ready);
    reader_.look(lengths_.valid(), lengths_.front(), memory.w_ready, view.reader);
    view.w_valid = reader_.valid();
    view.write_events = (view.w_valid && memory.w_ready ? event_bit(Event::kStore) : 0U) |
                        (view.write_burst ? event_bit(Event::kWriteBursts) : 0U);
  }

  // At the edge a STORE that is offered enters the queue of those that are read.
  [[nodiscard]] bool queues_store(const View& view, bool store_valid) const {
    return (fork_.valid(store_valid) & view.store_fork_ready & 2) != 0;
  }

  // Cycles, this one included, that all go like this one, as far as memory does.
  [[nodiscard]] std::int64_t steady_cycles(const MemoryInputs& memory, const View& view,
                                           bool store_valid) const {
    const bool takes = (fork_.valid(store_valid) & view.store_fork_ready) != 0 ||
                       (queue_.valid() && reader_.ready(view.reader));
    const bool answers =
        memory.b_valid && (lasts_.front() != 0 || !limit_.open() || memory.b_error);
    if (takes || view.write_burst || answers || done_ || error_ ||
        !walker_.holds(view.store_burst_ready)) {
      return 1;
    }
    if (view.reader.move) return memory.w_ready ? reader_.free_words(lengths_.front()) : 0;
    return reader_.holds(view.reader, memory.w_ready) ? kForever : 1;
  }
  // Lets cycles pass after the first of them, whose edge is done.
  void advance(const View& view, std::int64_t cycles) {
    if (view.reader.move && reader_.advance(cycles, lengths_.front())) {
      lengths_.edge(false, 0, true);
    }
  }
  // While words move, the answer to a burst that is not its STORE's last changes nothing but the
  // limit: one burst more is requested in the next cycle, if there is one and it was closed.
  [[nodiscard]] bool passes_answer() const { return lasts_.valid() && lasts_.front() == 0; }
  [[nodiscard]] bool requests_after_answer() const { return walker_.valid() && !limit_.open(); }
  // The edges of these two cycles, words aside.
  void edge_answer() {
    lasts_.edge(false, 0, true);
    limit_.edge(false, true);
  }
  void edge_request() {
    lengths_.edge(true, walker_.burst().len, false);
    lasts_.edge(true, walker_.burst().last ? 1 : 0, false);
    limit_.edge(true, false);
    walker_.edge(false, {}, 0, true);
  }
  // What goes with a valid stays.
  void reset(const DmaStores& initial) {
    const DmaStores before = *this;
    *this = initial;
    walker_.keep_burst(before.walker_);
    reader_.keep_last(before.reader_);
  }

  void edge(const MemoryInputs& memory, const View& view, const Inputs& in) {
    // A cycle in which there is nothing to store changes nothing, nor what is seen of it.
    rests_ = !in.store_valid && !memory.b_valid && (rests_ || idle());
    if (!rests_) edge_at_work(memory, view, in);
  }

 private:
  [[nodiscard]] bool idle() const {
    return !done_ && !error_ && !reader_.at_work() && !queue_.valid() && walker_.idle() &&
           !lasts_.valid() && !lengths_.valid();
  }
  void edge_at_work(const MemoryInputs& memory, const View& view, const Inputs& in) {
    done_ = memory.b_valid && lasts_.front() != 0;
    error_ = memory.b_valid && memory.b_error;
    const bool command = queue_.valid() && reader_.ready(view.reader);
    const bool len_taken = view.reader.move && view.reader.len_end;
    reader_.edge(view.reader, command, queue_.front(), memory.w_ready);
    lengths_.edge(view.write_burst, walker_.burst().len, len_taken);
    lasts_.edge(view.write_burst, walker_.burst().last ? 1 : 0, memory.b_valid);
    limit_.edge(view.write_burst, memory.b_valid);
    const unsigned takes = fork_.valid(in.store_valid) & view.store_fork_ready;
    fork_.edge(in.store_valid, view.store_fork_ready);
    walker_.edge((takes & 1) != 0, *in.store, in.base, view.store_burst_ready);
    queue_.edge((takes & 2) != 0, *in.store, command);
  }

  Fork<2> fork_;
  BurstWalker walker_;
  Fifo<Transfer, 2> queue_;
  StoreReader reader_;
  BurstQueue<std::uint8_t> lengths_;
  BurstQueue<std::uint8_t> lasts_;
  Limit limit_;
  bool done_ = false;
  bool error_ = false;
  bool rests_ = false;
};

}  // namespace vqrom::sim::timing
