// SPDX-License-Identifier: Apache-2.0
#include "sim/systemc/vq_control.h"

#include <algorithm>

namespace vqrom::sim {

VqControl::VqControl(sc_core::sc_module_name name, const config::AcceleratorConfig& config)
    : sc_module(name),
      word_bytes_(static_cast<std::size_t>(config.bus_bytes())),
      initial_(config.bus.data_bits),
      cycle_(initial_) {}

void VqControl::reset() {
  cycle_ = initial_;
  fetched_ = dispatched_ = 0;
  filled_ = 0;
  loads_ = stores_ = runs_ = {};
  shape_ = factors_ = {};
}

void VqControl::take_word(const BusWord& word) {
  config::InstructionWord& to = words_[fetched_ % kRing];
  std::copy_n(word.bytes.begin(), word_bytes_, to.begin() + static_cast<std::ptrdiff_t>(filled_));
  filled_ += word_bytes_;
  if (filled_ < to.size()) return;
  filled_ = 0;
  decoded_[fetched_++ % kRing] = reader_.read(to);
}

void VqControl::edge(const timing::Control::Inputs& in, const BusWord& word) {
  if (in.start) fetched_ = dispatched_ = 0;
  if (in.word) take_word(word);
  const timing::Dispatch::View& dispatch = view_.dispatch;
  const config::InstructionWord& next = words_[dispatched_ % kRing];
  const bool context = cycle_.takes_context(view_);
  if (context) {
    const auto opcode = runs_.front()[0] & ((1U << config::kOpcodeBits) - 1);
    (opcode == timing::opcode_of(config::Opcode::kShape) ? shape_ : factors_) = runs_.front();
  }
  loads_.edge(dispatch.take && dispatch.load, next, view_.load_valid && in.load_ready);
  stores_.edge(dispatch.take && dispatch.store, next, view_.store_valid && in.store_ready);
  runs_.edge(dispatch.take && dispatch.run, next, context || (view_.run_valid && in.run_ready));
  if (dispatch.take) ++dispatched_;
  cycle_.edge({decoded_.data(), kRing - 1}, view_, in);
}

}  // namespace vqrom::sim
