// SPDX-License-Identifier: Apache-2.0
// dma_reads — the half of vq_dma that reads: instructions, and LOADs into the buffers.
#pragma once

#include <cstdint>

#include "gen/config/accelerator_config.h"
#include "sim/core/event_counts.h"
#include "sim/timing/burst_walker.h"
#include "sim/timing/fifo.h"
#include "sim/timing/forever.h"
#include "sim/timing/fork.h"
#include "sim/timing/limit.h"
#include "sim/timing/load_writer.h"
#include "sim/timing/memory_inputs.h"
#include "sim/timing/read_arbiter.h"

namespace vqrom::sim::timing {

class DmaReads {
 public:
  explicit DmaReads(const config::AcceleratorConfig& config, int word_shift)
      : word_shift_(word_shift),
        addr_mask_((std::uint64_t{1} << (config.bus.address_bits - word_shift_)) - 1),
        fetch_len_(static_cast<std::uint8_t>(config::kInstructionBits / config.bus.data_bits - 1)),
        limit_(config.bus.outstanding),
        walker_(config.bus, word_shift_) {}

  struct View {
    bool load_ready = false;
    bool fetch_ready = false;
    bool fetch_word = false;
    std::uint32_t read_events = 0;
    // To memory.
    bool ar_valid = false;
    // Inside.
    bool reads_free = false;
    bool load_burst_ready = false;
    bool load_word = false;
    bool read_burst = false;
    unsigned load_fork_ready = 0;
    bool load_command_ready = false;
  };
  struct Inputs {
    bool fetch_valid = false;
    std::uint64_t fetch_addr = 0;
    bool load_valid = false;
    const Transfer* load = nullptr;
    std::uint64_t base = 0;
  };
  [[nodiscard]] bool load_done() const { return writer_.done(); }
  [[nodiscard]] bool error() const { return error_; }
  [[nodiscard]] const ReadArbiter::Request& request() const { return arbiter_.request(); }

  void look(const MemoryInputs& memory, bool fetch_valid, View& view) const {
    view.fetch_word = memory.r_valid && !memory.r_is_load;
    view.load_word = memory.r_valid && memory.r_is_load;
    const bool open = limit_.open();
    view.ar_valid = arbiter_.valid() && open;
    view.read_burst = view.ar_valid && memory.ar_ready;
    view.reads_free = arbiter_.free(memory.ar_ready && open);
    view.fetch_ready = view.reads_free;
    view.load_burst_ready = view.reads_free && !fetch_valid;
    view.load_command_ready = writer_.ready(view.load_word);
    view.load_fork_ready = (walker_.ready() ? 1U : 0U) | (queue_.ready() ? 2U : 0U);
    view.load_ready = fork_.ready(view.load_fork_ready);
    view.read_events = (view.fetch_word ? event_bit(Event::kFetch) : 0U) |
                       (view.load_word ? event_bit(writer_.event()) : 0U) |
                       (view.read_burst ? event_bit(Event::kReadBursts) : 0U);
  }

  // Cycles, this one included, that all go like this one, as far as memory does.
  [[nodiscard]] std::int64_t steady_cycles(const MemoryInputs& memory, const View& view,
                                           bool fetch_valid, bool load_valid) const {
    const bool requests = view.reads_free && (fetch_valid || walker_.valid());
    const bool takes = (fork_.valid(load_valid) & view.load_fork_ready) != 0 ||
                       (queue_.valid() && view.load_command_ready);
    if (requests || takes || view.read_burst || (memory.r_valid && memory.r_error) || error_ ||
        writer_.done() || !walker_.holds(view.load_burst_ready)) {
      return 1;
    }
    return view.load_word ? writer_.free_words() : kForever;
  }
  // Lets cycles pass after the first of them, whose edge is done; the last one takes a burst's last
  // word if `last`.
  void advance(const View& view, std::int64_t cycles, bool last) {
    if (view.load_word) writer_.advance(cycles);
    if (last) limit_.edge(false, true);
  }
  // A LOAD reads burst after burst, as many at a time as the limit allows: in a cycle after a
  // burst's last word, if all but the limit is as `view` shows, one more is requested and the next
  // burst's first word comes. That cycle's edge.
  [[nodiscard]] bool streams(const View& view) const {
    return view.load_word && !view.ar_valid && arbiter_.valid() && limit_.open() &&
           walker_.streams() && writer_.free_words() > 0;
  }
  void edge_stream() {
    request_load(true);
    limit_.edge(true, false);
    walker_.edge(false, {}, 0, true);
    writer_.advance(1);
  }
  // After it, cycles in which `view` shows what happens once more; none if the walker comes to
  // rest.
  [[nodiscard]] std::int64_t stream_cycles() const {
    return walker_.streams() ? writer_.free_words() : 0;
  }
  // Bursts that can be requested like that until then.
  [[nodiscard]] std::int64_t stream_bursts() const { return walker_.more_bursts(); }
  // What goes with a valid stays; a request of nobody is the LOADs'.
  void reset(const DmaReads& initial) {
    const DmaReads before = *this;
    *this = initial;
    arbiter_.keep_request(before.arbiter_);
    walker_.keep_burst(before.walker_);
  }
  void edge_in_reset() { request_load(false); }

  void edge(const MemoryInputs& memory, const View& view, const Inputs& in) {
    if (view.reads_free) {
      arbiter_.edge(in.fetch_valid,
                    {((in.base >> word_shift_) + (in.fetch_addr >> word_shift_)) & addr_mask_,
                     fetch_len_, false},
                    walker_.valid(), {walker_.burst().addr, walker_.burst().len, true});
    }
    limit_.edge(view.read_burst, memory.r_valid && memory.r_last);

    const unsigned takes = fork_.valid(in.load_valid) & view.load_fork_ready;
    fork_.edge(in.load_valid, view.load_fork_ready);
    walker_.edge((takes & 1) != 0, *in.load, in.base, view.load_burst_ready);
    const bool command = queue_.valid() && view.load_command_ready;
    writer_.edge(command, queue_.front(), view.load_word);
    queue_.edge((takes & 2) != 0, *in.load, command);
    error_ = memory.r_valid && memory.r_error;
  }

 private:
  void request_load(bool valid) {
    arbiter_.edge(false, {}, valid, {walker_.burst().addr, walker_.burst().len, true});
  }

  int word_shift_;
  std::uint64_t addr_mask_;
  std::uint8_t fetch_len_;
  ReadArbiter arbiter_;
  Limit limit_;
  Fork<2> fork_;
  BurstWalker walker_;
  Fifo<Transfer, 4> queue_;
  LoadWriter writer_;
  bool error_ = false;
};

}  // namespace vqrom::sim::timing
