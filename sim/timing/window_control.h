// SPDX-License-Identifier: Apache-2.0
// window_control — vq_window_control: vectors through the vector unit, results out beat by beat.
#pragma once

#include <cstdint>

#include "sim/timing/window_walker.h"

namespace vqrom::sim::timing {

class WindowControl {
 public:
  struct View {
    bool sum_valid = false;
    bool add_valid = false;
    bool beat = false;
    bool release_hold = false;
    bool move = false;
    bool step = false;
    bool ready = false;
    bool config_ready = false;
    bool params_release = false;
    bool params_claim = false;
  };
  explicit WindowControl(int beats) : last_(beats - 1) {}
  [[nodiscard]] bool idle() const { return !operand_valid_ && !window_full_ && !hold_full_; }
  void look(bool config_valid, bool config_add, bool params_loaded, bool sum_ready, bool add_ready,
            View& view) const {
    const bool beat_valid = hold_full_ && config_valid && (config_add || claimed_);
    view.sum_valid = beat_valid && !config_add;
    view.add_valid = beat_valid && config_add;
    view.beat = beat_valid && (config_add ? add_ready : sum_ready);
    view.release_hold = view.beat && beat_ == last_;
    view.move = window_full_ && (!hold_full_ || view.release_hold);
    view.step = operand_valid_ && (!window_full_ || view.move);
    view.ready = !operand_valid_ || view.step;
    view.config_ready = view.release_hold && hold_.run_last;
    view.params_release = view.release_hold && hold_.group_last && !config_add;
    view.params_claim = params_loaded && (!claimed_ || view.params_release);
  }
  void edge(const View& view, bool take, const WindowWalker::Vector& vector) {
    if (view.move) hold_ = window_;
    if (view.step) window_ = operand_;
    window_full_ = (view.step && operand_.last) || (window_full_ && !view.move);
    hold_full_ = view.move || (hold_full_ && !view.release_hold);
    operand_valid_ = take || (operand_valid_ && !view.step);
    if (take) operand_ = vector;
    claimed_ = view.params_claim || (claimed_ && !view.params_release);
    if (view.beat) beat_ = view.release_hold ? 0 : beat_ + 1;
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(beat_, operand_valid_, window_full_, hold_full_, claimed_);
    if (operand_valid_) archive(operand_);
    if (window_full_) archive(window_);
    if (hold_full_) archive(hold_);
  }

 private:
  int last_;
  int beat_ = 0;
  bool operand_valid_ = false;
  bool window_full_ = false;
  bool hold_full_ = false;
  bool claimed_ = false;
  WindowWalker::Vector operand_;
  WindowWalker::Vector window_;
  WindowWalker::Vector hold_;
};

}  // namespace vqrom::sim::timing
