// SPDX-License-Identifier: Apache-2.0
// compute_builder — builds vq_compute section by section; docs/rtl/accelerator.md says what it
// does.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "gen/config/instruction_set.h"
#include "gen/netlist/netlist.h"

namespace vqrom::blocks {

class ComputeBuilder {
 public:
  ComputeBuilder(netlist::Module& module, const config::AcceleratorConfig& config,
                 const netlist::Module& core, const netlist::Module& vector)
      : m_(module), config_(config), core_module_(core), vector_module_(vector) {}

  void build();

 private:
  using Expression = netlist::Expression;
  using Net = netlist::Net;
  using Slice = netlist::Slice;

  // The handshake of a stream; data are elsewhere.
  struct Stream {
    Net valid, ready;
  };
  struct Codes {
    Net valid, ready, data;
  };
  struct ReadPort {
    Net en, address, data;
  };

  // compute_head.cpp
  void write_header();
  void declare_ports();
  // First bit and number of the bits of a field that are needed: of a base those above the
  // narrowest index.
  [[nodiscard]] std::pair<int, int> bits_of(const config::Field& field) const;
  void declare_fields();  // a local parameter for each field's place: RUN_GROUPS, …
  void take_unused_bits();

  // compute_streams.cpp: from RUNs to what the core and the vector unit take
  void add_dispatch();
  void add_walker();
  void add_weights();
  // With several index widths: the words of a tile by its own; where the walker says `words`.
  [[nodiscard]] Net add_index_width(const Stream& job, const Net& words);
  void add_parameters();

  // compute.cpp
  void add_core();
  void add_vector();
  void add_output();
  void add_table(netlist::Instance& walker);
  void add_order();

  [[nodiscard]] ReadPort read_port(const std::string& name, const Expression& width);
  [[nodiscard]] Stream stream(const std::string& name);
  [[nodiscard]] Codes codes(const std::string& name);
  // An instance of a leaf with its clock and reset, where it has them, connected.
  netlist::Instance& leaf(std::string_view module, std::string_view name);
  void add_route(std::string_view name, const Stream& from, const Net& select, const Stream& to0,
                 const Stream& to1);
  [[nodiscard]] const Slice& field(const std::string& format, const std::string& name) const {
    return fields_.at({format, name});
  }
  // Connects the ports <field>_i with the fields of that name.
  void connect_fields(netlist::Instance& instance, const std::string& format,
                      const std::vector<std::string>& names);

  netlist::Module& m_;
  const config::AcceleratorConfig& config_;
  const netlist::Module& core_module_;
  const netlist::Module& vector_module_;
  Expression rows_ = 0, columns_ = 0, lanes_ = 0, pixel_bits_ = 0, table_bits_ = 0;
  std::map<std::string, Net> data_;  // the three instructions
  std::map<std::pair<std::string, std::string>, Slice> fields_;
  std::map<std::string, std::vector<Slice>> unused_bits_;
  std::map<std::string, Net> core_events_;
  std::map<std::string, Net> codebook_;  // ports of the core too; with storage sram only
  Net clk_, rst_n_, run_valid_, run_ready_;
  ReadPort act_, wgt_, param_, window_;
  Net table_wr_en_, table_wr_addr_, table_wr_data_;
  Net out_wr_en_, out_wr_addr_, out_wr_data_, run_read_, run_done_;
  Net vector_read_, out_write_, act_read_, busy_;
  Stream walk_, tiles_, params_, place_, bounds_;
  Net array_, add_, params_none_, params_blocks_, params_words_, out_none_;
  Net act_data_, vector_operation_, vector_unit_;
  Net vector_first_, vector_last_, vector_group_last_, vector_run_last_;
  Net acts_done_, weights_done_, params_done_;
  Stream core_act_, vector_act_, tile_, wgt_words_, core_param_, vector_param_;
  Net tile_stop_, tile_first_, tile_last_, tile_dense_, tile_bounds_;
  Net wgt_select_, wgt_base_;  // with several index widths only
  Slice bias_, multiplier_, shift_;
  Codes core_codes_, sum_codes_, add_codes_;
};

}  // namespace vqrom::blocks
