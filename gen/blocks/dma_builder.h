// SPDX-License-Identifier: Apache-2.0
// dma_builder — builds vq_dma section by section.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gen/blocks/instruction_port.h"
#include "gen/config/accelerator_config.h"
#include "gen/config/instruction_set.h"
#include "gen/netlist/netlist.h"

namespace vqrom::blocks {

class DmaBuilder {
 public:
  DmaBuilder(netlist::Module& module, const config::AcceleratorConfig& config)
      : m_(module), config_(config) {}

  void build();

 private:
  using Expression = netlist::Expression;
  using Net = netlist::Net;

  static constexpr int kLengthBits = 8;  // AxLEN
  static constexpr int kTargetBits = 3;

  struct Stream {
    Net valid;
    Net ready;
  };
  struct Buffer {
    Net en, addr, data;
  };
  struct Request {
    Stream stream;
    Net addr, len, size, burst, id;
  };
  // The fields of a LOAD or STORE; address and stride in words.
  struct Rows {
    netlist::Slice address, row_words, rows, buffer, buffer_stride;
    Net stride;
  };
  struct Bursts {
    Stream stream;
    Net addr, len, last;
  };

  // dma_head.cpp
  void write_header();
  void declare_parameters();
  void declare_ports();
  Buffer declare_buffer(const std::string& name, const Expression& width);
  Request declare_request(const std::string& name);
  void declare_memory();

  // dma.cpp
  void add_answers();
  void add_loads();
  void add_reads();
  void add_stores();
  void add_constants();
  // The fields of a LOAD or STORE; the address and the stride in words.
  Rows take_rows(InstructionPort& port, const std::string& name);
  // Each command goes to a walker (bit 0) and, as `command`, through a queue (bit 1).
  Stream add_queue(const std::string& name, const Stream& input, int depth, const Net& command,
                   const Net& queued, Stream& walker);
  Bursts add_walker(const std::string& name, const Stream& commands, const Rows& rows);
  void add_limit(const char* name, const Stream& from, const Stream& to, const Net& en,
                 const Net& done);
  void add_burst_queue(const char* name, const Net& data, const Net& valid, const Net& ready,
                       const Net& output, const std::string& word);
  void add_row_parameters(netlist::Instance& instance, int widest);
  // {…, row_words, rows, buffer, buffer_stride} of a queue.
  void connect_command(netlist::Instance& instance, const Stream& commands, const Net& queued);
  Stream stream(const std::string& name);
  netlist::Instance& leaf(std::string_view module, std::string_view name);

  netlist::Module& m_;
  const config::AcceleratorConfig& config_;

  // Local parameters.
  Expression addr_bits_ = 0, bus_bits_ = 0, vector_bits_ = 0, word_shift_ = 0, word_addr_bits_ = 0,
             burst_words_ = 0, outstanding_ = 0, words_bits_ = 0, rows_bits_ = 0,
             buffer_addr_bits_ = 0;

  // Ports.
  Net clk_, rst_n_, base_;
  Stream fetch_ar_, load_, store_;
  Net fetch_ar_addr_, fetch_r_valid_, fetch_r_data_, load_data_, store_data_;
  Net load_done_, store_read_, store_done_, error_;
  Buffer act_, wgt_, param_, window_, table_, codebook_;  // codebook_ with storage sram only
  Net out_rd_en_, out_rd_addr_, out_rd_data_;
  Request ar_, aw_;
  Stream w_;
  Net r_valid_, r_ready_, r_data_, r_resp_, r_last_, r_id_;
  Net w_data_, w_strb_, w_last_, b_valid_, b_ready_, b_resp_, b_id_;
  std::array<Net, config::kTargets> load_events_;  // by target; codebook with storage sram only
  Net fetch_event_, store_event_, read_burst_, write_burst_;

  // Between the sections.
  Net load_word_, read_done_, store_last_;
  Bursts loads_;
};

}  // namespace vqrom::blocks
