// SPDX-License-Identifier: Apache-2.0
// dispatch — vq_dispatch: each instruction to its queue; FENCE and END wait for all.
#pragma once

#include <cstdint>

#include "sim/timing/instruction.h"
#include "sim/timing/tickets.h"

namespace vqrom::sim::timing {

class Dispatch {
 public:
  struct View {
    bool load = false;  // offered to the queue
    bool store = false;
    bool run = false;
    bool done = false;
    bool illegal = false;
    bool take = false;
  };
  void look(bool valid, std::uint8_t opcode, bool last, bool load_ready, bool store_ready,
            bool run_ready, const TicketCounts& counts, View& view) const {
    view = {};
    if (!valid) return;
    using enum config::Opcode;
    const bool known = opcode >= opcode_of(kLoad) && opcode <= opcode_of(kEnd);
    if (!known || (opcode == opcode_of(kEnd)) != last) {
      view.illegal = true;
      return;
    }
    const bool complete = counts.loads == loads_ && counts.reads == runs_ && counts.runs == runs_ &&
                          counts.store_reads == stores_ && counts.stores == stores_;
    switch (static_cast<config::Opcode>(opcode)) {
      case kLoad:
        view.load = true;
        view.take = load_ready;
        break;
      case kStore:
        view.store = true;
        view.take = store_ready;
        break;
      case kFence:
        view.take = complete;
        break;
      case kEnd:
        view.done = view.take = complete;
        break;
      default:
        view.run = true;
        view.take = run_ready;
    }
  }
  void edge(bool clear, const View& view, bool is_run) {
    if (clear) {
      loads_ = runs_ = stores_ = 0;
    } else if (view.take) {
      if (view.load) loads_ = (loads_ + 1) & kCountMask;
      if (view.store) stores_ = (stores_ + 1) & kCountMask;
      if (view.run && is_run) runs_ = (runs_ + 1) & kCountMask;
    }
  }

 private:
  std::uint32_t loads_ = 0;
  std::uint32_t runs_ = 0;
  std::uint32_t stores_ = 0;
};

}  // namespace vqrom::sim::timing
