// SPDX-License-Identifier: Apache-2.0
// accelerator — vq_accelerator without data: all blocks, one cycle after the other.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "gen/config/accelerator_config.h"
#include "sim/core/event_counts.h"
#include "sim/timing/compute.inl.h"
#include "sim/timing/control.h"
#include "sim/timing/csr.h"
#include "sim/timing/dma.h"

namespace vqrom::sim::timing {

// The registers from CODEBOOK_HASH to PORTS.
[[nodiscard]] std::array<std::uint32_t, 16> read_only_registers(
    const config::AcceleratorConfig& config, const std::string& codebook_sha256);

// The RUN that vq_control offers to vq_compute.
struct OfferedRun {
  bool valid = false;
  const Shape* shape = nullptr;
  const Run* run = nullptr;
};

// Those of an accelerator's sides that something is about.
struct Sides {
  bool compute = true;
  bool reads = true;
  bool stores = true;
};

class Accelerator {
 public:
  // Errors: none; the configuration is bound to a codebook, whose SHA-256 is `codebook_sha256`.
  Accelerator(const config::AcceleratorConfig& config, const std::string& codebook_sha256);

  // Where instructions come from; it must stay where it is.
  void set_instructions(InstructionStore store) { instructions_ = store; }

  // With codebook.ports_by banking: of the beats that programs decode from now on. What is not
  // known when it is decoded is a fatal error.
  void set_bank_reads(std::span<const std::uint8_t> extra) {
    compute_.bank_reads().clear();
    compute_.bank_reads().add(extra);
  }
  // As a reset does; payloads of AXI channels stay.
  void reset(const Accelerator& initial) {
    const Csr csr = csr_;
    const Dma dma = dma_;
    *this = initial;
    csr_ = csr;
    csr_.reset(initial.csr_);
    dma_ = dma;
    dma_.reset(initial.dma_);
  }
  // An edge of the clock while the reset holds.
  void edge_in_reset() { dma_.edge_in_reset(); }

  // One cycle is look(), which finds out what happens, and edge(), which does it.
  void look(const MemoryInputs& memory) {
    look_stores(memory);
    look_reads(memory);
    look_compute();
    find_events();
  }
  void edge(const MemoryInputs& memory, const Csr::Inputs& registers);

  // The same for its three sides: vq_compute; the half of vq_dma that stores; and the reading side,
  // which is the other half, vq_control and the registers. Each may be left as it was in a cycle,
  // while it is steady and no other side wakes it, and be advanced later.
  void look_reads(const MemoryInputs& memory) {
    if (!control_rests_ || csr_.stop()) control_.look(instructions_, csr_.stop(), view_.control);
    dma_.reads().look(memory, view_.control.ar_valid, view_.dma);
  }
  void look_stores(const MemoryInputs& memory) { dma_.stores().look(memory, view_.dma); }
  void look_compute() {
    view_.offered_run = view_.control.run_valid;
    compute_.look(view_.control.run_valid, control_.shape(), control_.run(), view_.compute);
  }
  void find_events() {
    const std::uint32_t context = this->context();
    view_.events = context == 0 ? 0 : context | view_.dma.events() | view_.compute.events;
  }
  // The reading side offers a RUN that it did not when compute was looked at, or no longer.
  [[nodiscard]] bool wakes_compute() const { return view_.control.run_valid != view_.offered_run; }
  // The same of a STORE and the edge of the storing side.
  [[nodiscard]] bool wakes_stores() const {
    return view_.control.store_valid != view_.offered_store;
  }
  // Compute takes a RUN, or gives a ticket.
  [[nodiscard]] bool compute_wakes_reads() const {
    return (view_.control.run_valid && view_.compute.run_ready) || compute_.run_read() ||
           compute_.run_done();
  }
  // The storing side takes a STORE, gives a ticket, or has had an error.
  [[nodiscard]] bool stores_wake_reads() const {
    const DmaStores& stores = dma_.stores();
    return (view_.control.store_valid && view_.dma.store_ready) || stores.store_read() ||
           stores.store_done() || stores.error();
  }
  [[nodiscard]] bool offers_store() const { return view_.control.store_valid; }
  // The edge of those sides that were looked at.
  void edge_sides(const MemoryInputs& memory, const Sides& sides) {
    if (sides.reads) {
      csr_.edge(edge_blocks(memory, sides));
      return;
    }
    if (sides.compute) edge_compute();
    if (sides.stores) edge_stores(memory);
  }
  // Cycles, this one included, that all go like this one, but for padding, as far as memory and the
  // other sides do.
  [[nodiscard]] std::int64_t compute_steady_cycles() const {
    return compute_.steady_cycles(view_.compute);
  }
  [[nodiscard]] std::int64_t reads_steady_cycles(const MemoryInputs& memory) const;
  [[nodiscard]] std::int64_t stores_steady_cycles(const MemoryInputs& memory) const {
    return dma_.stores().steady_cycles(memory, view_.dma, view_.control.store_valid);
  }
  // Lets cycles pass after the first of them, whose edge is done; how many of their vectors are
  // padding.
  std::int64_t advance_compute(std::int64_t cycles) {
    return compute_.advance(view_.compute, cycles);
  }
  // `read_last`: the last of them takes a burst's last word.
  void advance_reads(std::int64_t cycles, bool read_last) {
    dma_.reads().advance(view_.dma, cycles, read_last);
    csr_.advance(cycles);
  }
  [[nodiscard]] DmaStores& stores() { return dma_.stores(); }
  void advance_stores(std::int64_t cycles) { dma_.stores().advance(view_.dma, cycles); }
  // In the next cycle the reading side does what DmaReads::streams() says, and nothing else.
  [[nodiscard]] bool streams() const {
    return control_rests_ && csr_.busy() && !view_.control.ar_valid && csr_.quiet_cycles() > 1 &&
           dma_.reads().streams(view_.dma);
  }
  void edge_stream() {
    dma_.reads().edge_stream();
    csr_.advance(1);
  }
  [[nodiscard]] std::int64_t stream_cycles() const {
    return std::min(dma_.reads().stream_cycles(), csr_.quiet_cycles() - 1);
  }
  [[nodiscard]] std::int64_t stream_bursts() const { return dma_.reads().stream_bursts(); }
  // What the reading side and the whole of it are up to; none before a program starts.
  [[nodiscard]] std::uint32_t context() const {
    if (!csr_.busy() || csr_.start()) return 0;
    return view_.control.events | event_bit(Event::kCycles);
  }
  // Compute itself, for those who know what it does next: it is not looked at then, but has these
  // events.
  [[nodiscard]] Compute& compute() { return compute_; }
  [[nodiscard]] const Compute::View& compute_view() const { return view_.compute; }
  [[nodiscard]] OfferedRun offered() const {
    return {view_.control.run_valid, &control_.shape(), &control_.run()};
  }
  void repeat_compute(std::uint32_t events) {
    view_.offered_run = view_.control.run_valid;
    view_.compute.run_ready = false;
    view_.compute.events = events;
  }
  // A vector is read or padded in this cycle, and which of both.
  [[nodiscard]] bool vector_goes() const { return view_.compute.goes; }

  [[nodiscard]] std::uint32_t events() const { return view_.events; }
  [[nodiscard]] const Dma::View& memory_port() const { return view_.dma; }
  [[nodiscard]] const Dma& dma() const { return dma_; }
  [[nodiscard]] const Csr& csr() const { return csr_; }
  [[nodiscard]] const TicketCounts& tickets() const { return control_.counts(); }
  // The accelerator's own counters.
  [[nodiscard]] const EventCounts& counters() const { return counters_; }
  void count(const EventCounts& events) { counters_ += events; }

 private:
  // The reading side but for the registers, and the others.
  Csr::Program edge_blocks(const MemoryInputs& memory, const Sides& sides = {}) {
    const DmaStores& stores = dma_.stores();
    const TicketPulses pulses{dma_.reads().load_done(), compute_.run_read(), compute_.run_done(),
                              stores.store_read(), stores.store_done()};
    const Csr::Program program{view_.control.done, dma_.error(), view_.control.illegal,
                               pulses.any()};
    const Control::Inputs to_control{
        csr_.start(),         csr_.count(),          view_.dma.fetch_ready,   view_.dma.fetch_word,
        view_.dma.load_ready, view_.dma.store_ready, view_.compute.run_ready, pulses};
    if (sides.compute) edge_compute();
    if (sides.stores) edge_stores(memory);
    dma_.reads().edge(memory, view_.dma,
                      {view_.control.ar_valid, control_.ar_addr(), view_.control.load_valid,
                       &control_.load(), csr_.base()});
    edge_control(to_control);
    return program;
  }
  // Once an edge has changed nothing, no edge does before something comes or goes, and what is seen
  // of control stays the same.
  void edge_control(const Control::Inputs& in) {
    const Control::View& view = view_.control;
    const bool quiet = !in.start && !in.word && !in.pulses.any() &&
                       !(view.ar_valid && in.ar_ready) && !(view.load_valid && in.load_ready) &&
                       !(view.store_valid && in.store_ready) && !(view.run_valid && in.run_ready);
    if (quiet && control_rests_) return;
    control_rests_ = quiet && !csr_.stop() && control_.holds(view, in.ar_ready, in.word);
    control_.edge(instructions_, view, in);
  }

  void edge_stores(const MemoryInputs& memory) {
    view_.offered_store = view_.control.store_valid;
    dma_.stores().edge(memory, view_.dma,
                       {view_.control.store_valid, &control_.store(), csr_.base()});
  }
  void edge_compute() {
    compute_.edge(view_.control.run_valid, control_.shape(), control_.run(), view_.compute);
  }

  struct View {
    bool offered_run = false;    // when compute was looked at
    bool offered_store = false;  // at the last edge of the storing side
    Control::View control;
    Dma::View dma;
    Compute::View compute;
    std::uint32_t events = 0;
  };
  InstructionStore instructions_;
  bool control_rests_ = false;
  Control control_;
  Dma dma_;
  Compute compute_;
  Csr csr_;
  EventCounts counters_;
  View view_;
};

}  // namespace vqrom::sim::timing
