// SPDX-License-Identifier: Apache-2.0
// vector_pins — vq_vector with the ports of the RTL, to stand beside it: vectors in, codes out.
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <vector>

#include "sim/systemc/bits.h"
#include "sim/systemc/held_output.h"
#include "sim/systemc/run_values.h"
#include "sim/timing/vector.h"

namespace vqrom::sim {

class VectorPins : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> config_valid_i{"config_valid_i"};
  HeldOutput<bool> config_ready_o{"config_ready_o"};
  sc_core::sc_in<bool> config_add_i{"config_add_i"};
  sc_core::sc_in<std::uint32_t> config_zero_point_i{"config_zero_point_i"};
  sc_core::sc_in<std::uint32_t> config_low_i{"config_low_i"};
  sc_core::sc_in<std::uint32_t> config_high_i{"config_high_i"};
  sc_core::sc_in<std::uint32_t> config_multiplier_a_i{"config_multiplier_a_i"};
  sc_core::sc_in<std::uint32_t> config_multiplier_b_i{"config_multiplier_b_i"};
  sc_core::sc_in<std::uint32_t> config_shift_i{"config_shift_i"};
  sc_core::sc_in<std::uint32_t> config_zero_point_a_i{"config_zero_point_a_i"};
  sc_core::sc_in<std::uint32_t> config_zero_point_b_i{"config_zero_point_b_i"};
  sc_core::sc_in<bool> vector_valid_i{"vector_valid_i"};
  HeldOutput<bool> vector_ready_o{"vector_ready_o"};
  sc_core::sc_in<std::uint32_t> vector_operation_i{"vector_operation_i"};
  sc_core::sc_in<bool> vector_unit_i{"vector_unit_i"};
  sc_core::sc_in<bool> vector_first_i{"vector_first_i"};
  sc_core::sc_in<bool> vector_last_i{"vector_last_i"};
  sc_core::sc_in<bool> vector_group_last_i{"vector_group_last_i"};
  sc_core::sc_in<bool> vector_run_last_i{"vector_run_last_i"};
  sc_core::sc_in<Bits> act_data_i{"act_data_i"};
  sc_core::sc_in<Bits> weight_data_i{"weight_data_i"};
  sc_core::sc_in<bool> param_valid_i{"param_valid_i"};
  HeldOutput<bool> param_ready_o{"param_ready_o"};
  sc_core::sc_in<std::uint32_t> param_bias_i{"param_bias_i"};
  sc_core::sc_in<std::uint32_t> param_multiplier_i{"param_multiplier_i"};
  sc_core::sc_in<std::uint32_t> param_shift_i{"param_shift_i"};
  HeldOutput<bool> sum_valid_o{"sum_valid_o"};
  sc_core::sc_in<bool> sum_ready_i{"sum_ready_i"};
  HeldOutput<Bits> sum_data_o{"sum_data_o"};
  HeldOutput<bool> add_valid_o{"add_valid_o"};
  sc_core::sc_in<bool> add_ready_i{"add_ready_i"};
  HeldOutput<Bits> add_data_o{"add_data_o"};
  HeldOutput<bool> read_o{"read_o"};

  SC_HAS_PROCESS(VectorPins);
  VectorPins(sc_core::sc_module_name name, const config::AcceleratorConfig& config);

 private:
  // What a RUN brings: of its shape, the zero point and the bounds.
  struct Run {
    config::Shape shape;
    config::Factors factors;
  };
  // A window, or two operands, on the way to the output.
  struct Window {
    std::vector<std::int32_t> sums;  // or maxima
    std::vector<std::int8_t> a, b;
    bool group_last = false;
    bool run_last = false;
  };
  // Windows of one kind in order, and how far the first one's codes are out.
  struct Queue {
    std::deque<Run> runs;
    std::deque<Window> windows;
    std::size_t beat = 0;
  };
  using Group = std::vector<ParameterEntry>;  // of its rows

  void react();
  void reset();
  void edge();
  void take_vector();
  void take_parameter();
  void take_run();
  void leave(Queue& queue, bool adds);
  [[nodiscard]] Bits codes(const Queue& queue, bool adds) const;
  [[nodiscard]] timing::Vector::Inputs inputs() const;
  void put_outputs();

  std::size_t rows_;
  std::size_t lanes_;
  timing::Vector initial_;
  timing::Vector cycle_;
  timing::Vector::View view_;
  Window window_;  // that comes in
  std::vector<std::int16_t> weights_;
  std::deque<Group> groups_;
  Queue sums_, adds_;
};

}  // namespace vqrom::sim
