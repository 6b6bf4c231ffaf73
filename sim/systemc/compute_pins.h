// SPDX-License-Identifier: Apache-2.0
// compute_pins — vq_compute with the ports of the RTL, to stand beside it: values leave code by
// code.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <systemc>
#include <vector>

#include "sim/systemc/bits.h"
#include "sim/systemc/bus_word.h"
#include "sim/systemc/held_output.h"
#include "sim/systemc/read_walks.h"
#include "sim/systemc/vq_compute.h"
#include "sw/codebook/subset.h"

namespace vqrom::sim {

// What is read over the ports is kept in buffers of its own, from which u_compute computes a part
// of a RUN when its first code leaves, or at the latest at run_read. So a codebook that is loaded
// must not change while a RUN is at work.
class ComputePins : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> run_valid_i{"run_valid_i"};
  HeldOutput<bool> run_ready_o{"run_ready_o"};
  sc_core::sc_in<Bits> run_data_i{"run_data_i"};
  sc_core::sc_in<Bits> shape_data_i{"shape_data_i"};
  sc_core::sc_in<Bits> factors_data_i{"factors_data_i"};
  // A buffer's read port.
  struct ReadPort {
    explicit ReadPort(const std::string& name)
        : en((name + "_rd_en_o").c_str()),
          addr((name + "_rd_addr_o").c_str()),
          data((name + "_rd_data_i").c_str()) {}
    HeldOutput<bool> en;
    HeldOutput<std::uint32_t> addr;
    sc_core::sc_in<Bits> data;
  };
  ReadPort act{"act"}, wgt{"wgt"}, param{"param"}, window{"window"};
  sc_core::sc_in<bool> table_wr_en_i{"table_wr_en_i"};
  sc_core::sc_in<std::uint32_t> table_wr_addr_i{"table_wr_addr_i"};
  sc_core::sc_in<BusWord> table_wr_data_i{"table_wr_data_i"};
  // With a codebook that programs load.
  struct CodebookPort {
    sc_core::sc_in<bool> en{"codebook_wr_en_i"};
    sc_core::sc_in<std::uint32_t> addr{"codebook_wr_addr_i"};
    sc_core::sc_in<Bits> data{"codebook_wr_data_i"};
  };
  std::optional<CodebookPort> codebook_port;
  HeldOutput<std::uint64_t> out_wr_en_o{"out_wr_en_o"};
  HeldOutput<std::uint32_t> out_wr_addr_o{"out_wr_addr_o"};
  HeldOutput<Bits> out_wr_data_o{"out_wr_data_o"};
  HeldOutput<bool> run_read_o{"run_read_o"};
  HeldOutput<bool> run_done_o{"run_done_o"};
  static constexpr std::pair<const char*, Event> kEventPorts[] = {
      {"issue_o", Event::kIssue},
      {"wait_weights_o", Event::kWaitWeights},
      {"wait_params_o", Event::kWaitParams},
      {"wait_sums_o", Event::kWaitSums},
      {"wait_acts_o", Event::kWaitActs},
      {"decode_o", Event::kDecode},
      {"vector_read_o", Event::kVectorReads},
      {"out_write_o", Event::kOutWrites},
      {"act_read_o", Event::kActReads},
      {"busy_o", Event::kComputeBusy},
      {"decode_conflict_o", Event::kDecodeConflict}};  // the last with banks only
  std::deque<HeldOutput<bool>> events;                 // as kEventPorts

  SC_HAS_PROCESS(ComputePins);
  ComputePins(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
              const codebook::Codebook& codebook);

 private:
  // A RUN whose codes are not all out.
  struct Job {
    RunCommand command;
    std::vector<std::vector<std::int8_t>> parts = {};  // computed
    std::int64_t beat = 0;                             // next that leaves
  };
  // Tiles of a RUN whose words are asked for.
  struct Tiles {
    std::int64_t left;
    std::int64_t words;  // of each
    bool dense;
    codebook::Subset subset;
  };
  // A word that was asked for.
  struct Pending {
    VqRam1r1w* buffer;
    const ReadPort* port;
    bool asked = false;
    std::int64_t address = 0;
  };
  void react();
  void reset();
  void look();
  void edge();
  void take_words();
  void take_tile_word(std::int64_t address);
  void ask();
  void take_run();
  void finish_reads();
  void put_beat();
  void compute_part();
  void put_outputs();

  config::AcceleratorConfig config_;
  timing::InstructionReader reader_;
  VqRam1r1w act_buffer_, wgt_buffer_, param_buffer_, window_buffer_, out_buffer_;
  VqCompute compute_;
  timing::Instruction run_, shape_;
  VectorWalk vectors_;
  WordWalk weights_, parameters_;
  std::deque<Tiles> tiles_;
  std::int64_t tile_words_ = 0;  // that came of the tile at work
  std::array<Pending, 4> pending_;
  std::deque<Job> jobs_;
  bool offered_ = false;      // the RUN at the port is in jobs_
  std::size_t reads_ = 0;     // of jobs_: have read all
  std::size_t computed_ = 0;  // of jobs_: the next one is at work in compute_, if it has begun
  bool begun_ = false;
  std::uint64_t wr_en_ = 0;
  std::uint32_t wr_addr_ = 0;
  Bits wr_data_;
};

}  // namespace vqrom::sim
