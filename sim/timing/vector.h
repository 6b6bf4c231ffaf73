// SPDX-License-Identifier: Apache-2.0
// vector — vq_vector: windows and adds of R channels.
#pragma once

#include "gen/config/accelerator_config.h"
#include "sim/timing/fifo.h"
#include "sim/timing/lanes.h"
#include "sim/timing/param_buffer.h"
#include "sim/timing/window_control.h"
#include "sim/timing/window_walker.h"

namespace vqrom::sim::timing {

class Vector {
 public:
  explicit Vector(const config::AcceleratorConfig& config)
      : control_(config.vector_beats()), params_(config.array.rows) {}

  struct Inputs {
    bool config_valid = false;
    bool config_add = false;
    bool vector_valid = false;
    WindowWalker::Vector vector;
    bool param_valid = false;
    bool sum_ready = false;
    bool add_ready = false;
  };
  struct View {
    bool config_ready = false;
    bool vector_ready = false;
    bool param_ready = false;
    bool sum_enable = false;
    bool add_enable = false;
    WindowControl::View control;
  };
  [[nodiscard]] bool sum_valid() const { return sums_.valid(); }
  [[nodiscard]] bool add_valid() const { return adds_.valid(); }
  void look(const Inputs& in, View& view) const {
    view.sum_enable = sums_.ready(in.sum_ready);
    view.add_enable = adds_.ready(in.add_ready);
    control_.look(configs_.valid(), configs_.front(), params_.loaded(), view.sum_enable,
                  view.add_enable, view.control);
    view.vector_ready = view.control.ready;
    view.param_ready = params_.ready();
    view.config_ready = configs_.ready();
  }
  // Nothing is there and nothing comes.
  [[nodiscard]] bool holds(const Inputs& in, const View& view) const {
    return control_.idle() && !in.vector_valid && !view.control.params_claim && sums_.empty() &&
           adds_.empty();
  }
  void edge(const Inputs& in, const View& view) {
    control_.edge(view.control, in.vector_valid && view.vector_ready, in.vector);
    params_.edge(in.param_valid && view.param_ready, view.control.params_claim,
                 view.control.params_release);
    configs_.edge(in.config_valid && view.config_ready, in.config_add, view.control.config_ready);
    sums_.edge(view.sum_enable, view.control.sum_valid);
    adds_.edge(view.add_enable, view.control.add_valid);
  }

  template <typename Archive>
  void state(Archive& archive) {
    archive(configs_, control_, params_, sums_, adds_);
  }

 private:
  Fifo<bool, 2> configs_;  // whether the RUN is an add
  WindowControl control_;
  ParamBuffer params_;
  Lanes sums_;
  Lanes adds_;
};

}  // namespace vqrom::sim::timing
