// SPDX-License-Identifier: Apache-2.0
// compute — vq_compute: carries out RUNs.
#pragma once

#include <cstdint>

#include "sim/core/event_counts.h"
#include "sim/timing/core.h"
#include "sim/timing/out_walker.h"
#include "sim/timing/run_dispatch.h"
#include "sim/timing/run_order.h"
#include "sim/timing/stream_reader.h"
#include "sim/timing/tile_walker.h"
#include "sim/timing/vector.h"
#include "sim/timing/window_walker.h"

namespace vqrom::sim::timing {

class Compute {
 public:
  explicit Compute(const config::AcceleratorConfig& config);

  struct View {
    bool run_ready = false;
    std::uint32_t events = 0;
    // Inside.
    bool array = false;
    unsigned offered = 0;
    unsigned ready = 0;
    bool walked = false;  // the vector at the walker's output is taken
    bool goes = false;
    bool pad = false;
    TileWalker::View tiles;
    bool tile_reads = false, tile_job = false;
    bool param_reads = false, param_ready = false;
    ReadJob param_job;
    OutWalker::View out;
    Core::Inputs core_in;
    Core::View core;
    Vector::Inputs vector_in;
    Vector::View vector;
  };
  [[nodiscard]] bool run_read() const { return order_.read(); }
  [[nodiscard]] bool run_done() const { return out_.done(); }
  [[nodiscard]] bool is_banked() const { return core_.is_banked(); }
  [[nodiscard]] BankReads& bank_reads() { return core_.bank_reads(); }
  // The vector that is read next is padding.
  [[nodiscard]] bool at_padding() const { return walker_.pad(); }
  // Vectors that are left of the RUN at work, less 1.
  [[nodiscard]] std::int64_t vectors_left() const { return walker_.vectors_left(); }
  void look(bool run_valid, const Shape& shape, const Run& run, View& view) const;
  void edge(bool run_valid, const Shape& shape, const Run& run, const View& view);
  // Cycles, this one included, that all go like this one but for padding.
  [[nodiscard]] std::int64_t steady_cycles(const View& view) const;
  // Lets cycles pass after the first of them, whose edge is done; how many of their vectors are
  // padding.
  std::int64_t advance(const View& view, std::int64_t cycles);

  // The cycle gives something to or takes something from the rest of the accelerator, or begins to
  // place a RUN's codes: it may lead to something that state() does not show.
  [[nodiscard]] bool interacts(const View& view) const {
    return (view.offered & view.ready) != 0 || order_.read() || out_.done() ||
           (places_.valid() && view.out.ready);
  }
  // A tile or a window ends at the edge: states often come again there.
  [[nodiscard]] bool ends_piece(const View& view) const {
    return (view.core.control.issue && view.core.control.tile_end) || view.vector.control.move;
  }
  // All that decides how cycles go that do not interact, as long as the same RUN is offered, or
  // none. The counters stand in the order of Counters.
  template <typename Archive>
  void state(Archive& archive) {
    archive(dispatch_, walker_, tiles_, wgt_reader_);
    param_reader_.counted_state(archive);
    archive(core_, vector_, places_, out_, order_);
  }

 private:
  int last_column_;
  int last_row_;
  RunDispatch dispatch_;
  WindowWalker walker_;
  TileWalker tiles_;
  StreamReader wgt_reader_;
  StreamReader param_reader_;
  Core core_;
  Vector vector_;
  Fifo<Placing, 2> places_;
  OutWalker out_;
  RunOrder order_;
};

}  // namespace vqrom::sim::timing
