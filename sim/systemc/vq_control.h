// SPDX-License-Identifier: Apache-2.0
// vq_control — SystemC model of vq_control: instructions fetched, kept and given away whole.
#pragma once

#include <array>
#include <cstdint>
#include <systemc>

#include "gen/config/accelerator_config.h"
#include "sim/systemc/bus_word.h"
#include "sim/systemc/run_words.h"
#include "sim/timing/control.h"

namespace vqrom::sim {

// One cycle is look(), which finds out what happens, and edge(), which does it. Its neighbours
// call it; ControlPins has the ports of the RTL.
class VqControl : public sc_core::sc_module {
 public:
  VqControl(sc_core::sc_module_name name, const config::AcceleratorConfig& config);

  void reset();
  void look(bool stop) { cycle_.look({decoded_.data(), kRing - 1}, stop, view_); }
  // `word` is of fetch_r, if `in.word`.
  void edge(const timing::Control::Inputs& in, const BusWord& word);

  [[nodiscard]] const timing::Control& cycle() const { return cycle_; }
  [[nodiscard]] const timing::Control::View& view() const { return view_; }
  // What stands at load_data_o, store_data_o, run_data_o with shape_data_o and factors_data_o.
  [[nodiscard]] const config::InstructionWord& load_word() const { return loads_.front(); }
  [[nodiscard]] const config::InstructionWord& store_word() const { return stores_.front(); }
  [[nodiscard]] const config::InstructionWord& run_word() const { return runs_.front(); }
  [[nodiscard]] const config::InstructionWord& shape_word() const { return shape_; }
  [[nodiscard]] const config::InstructionWord& factors_word() const { return factors_; }

 private:
  static constexpr std::uint32_t kRing = 8;  // instructions that are fetched and not dispatched
  using Queue = timing::Fifo<config::InstructionWord, 4>;

  void take_word(const BusWord& word);

  std::size_t word_bytes_;
  timing::InstructionReader reader_;
  timing::Control initial_;
  timing::Control cycle_;
  timing::Control::View view_;
  std::array<timing::Instruction, kRing> decoded_{};
  std::array<config::InstructionWord, kRing> words_{};
  std::uint32_t fetched_ = 0;  // instructions since the start
  std::uint32_t dispatched_ = 0;
  std::size_t filled_ = 0;  // bytes of the instruction that comes
  Queue loads_, stores_, runs_;
  config::InstructionWord shape_{}, factors_{};
};

}  // namespace vqrom::sim
