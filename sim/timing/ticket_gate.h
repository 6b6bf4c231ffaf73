// SPDX-License-Identifier: Apache-2.0
// ticket_gate — vq_ticket_gate: an instruction passes when both its counts are reached.
#pragma once

namespace vqrom::sim::timing {

class TicketGate {
 public:
  struct View {
    bool pass = false;  // valid_o is valid_i && pass, ready_o is ready_i && pass
    bool wait = false;
    bool wait0 = false;
    bool wait1 = false;
  };
  void look(bool stop, bool valid, bool reached0, bool reached1, View& view) const {
    view.pass = offered_ || (reached0 && reached1 && !stop);
    view.wait = valid && !(reached0 && reached1);
    view.wait0 = valid && !reached0 && reached1;
    view.wait1 = valid && !reached1;
  }
  void edge(bool valid_o, bool ready_i) { offered_ = valid_o && !ready_i; }

 private:
  bool offered_ = false;
};

}  // namespace vqrom::sim::timing
