// SPDX-License-Identifier: Apache-2.0
// dma — vq_dma: the memory port, between memory and buffers. Its halves know nothing of each other.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/timing/dma_reads.h"
#include "sim/timing/dma_stores.h"

namespace vqrom::sim::timing {

class Dma {
 public:
  explicit Dma(const config::AcceleratorConfig& config);

  struct View : DmaReads::View, DmaStores::View {
    [[nodiscard]] std::uint32_t events() const { return read_events | write_events; }
  };
  struct Inputs {
    bool fetch_valid = false;
    std::uint64_t fetch_addr = 0;
    bool load_valid = false;
    const Transfer* load = nullptr;
    bool store_valid = false;
    const Transfer* store = nullptr;
    std::uint64_t base = 0;
  };
  [[nodiscard]] DmaReads& reads() { return reads_; }
  [[nodiscard]] const DmaReads& reads() const { return reads_; }
  [[nodiscard]] DmaStores& stores() { return stores_; }
  [[nodiscard]] const DmaStores& stores() const { return stores_; }
  [[nodiscard]] bool error() const { return reads_.error() || stores_.error(); }
  [[nodiscard]] int word_shift() const { return word_shift_; }

  void look(const MemoryInputs& memory, bool fetch_valid, View& view) const {
    reads_.look(memory, fetch_valid, view);
    stores_.look(memory, view);
  }
  // Cycles, this one included, that all go like this one, as far as memory does.
  [[nodiscard]] std::int64_t steady_cycles(const MemoryInputs& memory, const View& view,
                                           bool fetch_valid, bool load_valid,
                                           bool store_valid) const {
    return std::min(reads_.steady_cycles(memory, view, fetch_valid, load_valid),
                    stores_.steady_cycles(memory, view, store_valid));
  }
  // Lets cycles pass after the first of them, whose edge is done.
  void advance(const View& view, std::int64_t cycles) {
    reads_.advance(view, cycles, false);
    stores_.advance(view, cycles);
  }
  void reset(const Dma& initial) {
    reads_.reset(initial.reads_);
    stores_.reset(initial.stores_);
  }
  void edge_in_reset() { reads_.edge_in_reset(); }
  void edge(const MemoryInputs& memory, const View& view, const Inputs& in) {
    reads_.edge(memory, view, {in.fetch_valid, in.fetch_addr, in.load_valid, in.load, in.base});
    stores_.edge(memory, view, {in.store_valid, in.store, in.base});
  }

 private:
  int word_shift_;
  DmaReads reads_;
  DmaStores stores_;
};

}  // namespace vqrom::sim::timing
