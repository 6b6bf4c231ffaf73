// SPDX-License-Identifier: Apache-2.0
// vq_compute — SystemC model of vq_compute: carries out RUNs from buffer to buffer.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/systemc/run_words.h"
#include "sim/systemc/vq_core.h"
#include "sim/systemc/vq_vector.h"
#include "sim/timing/compute.inl.h"

namespace vqrom::sim {

struct ComputeBuffers {
  RunBuffersView read;
  VqRam1r1w* output = nullptr;
};

// One cycle is look() and edge(). A RUN's codes are computed and written all at once when it is
// taken: everything that it reads is there by then, and nobody reads its codes before run_done.
// ComputePins has the ports of the RTL.
class VqCompute : public sc_core::sc_module {
 public:
  VqCompute(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
            const codebook::Codebook& codebook, const ComputeBuffers& buffers);

  VqCore u_core;
  VqVector u_vector;
  VqRam1r1w u_table;  // two tables of 256 codes, in bus words

  void reset() { cycle_ = initial_; }
  void look(bool run_valid, const timing::Shape& shape, const timing::Run& run) {
    cycle_.look(run_valid, shape, run, view_);
  }
  void edge(bool run_valid, const timing::Shape& shape, const timing::Run& run) {
    cycle_.edge(run_valid, shape, run, view_);
  }
  // Cycles, this one included, that all go like this one but for padding.
  [[nodiscard]] std::int64_t steady_cycles() const { return cycle_.steady_cycles(view_); }
  // A cycle behind the first of them.
  void repeat() { cycle_.advance(view_, 1); }

  // With banks: a RUN's tiles are taken at the next edge, and their indices stand in the buffer.
  [[nodiscard]] bool takes_tiles() const {
    return (view_.offered & view_.ready & timing::RunDispatch::kTiles) != 0;
  }
  void read_banks(const RunWords& words);
  [[nodiscard]] timing::BankReads& bank_reads() { return cycle_.bank_reads(); }

  // The next RUN's codes, into the output buffer.
  void carry_out(const RunWords& words);

  // The same, part by part: a block of an array RUN, else an output vector.
  void begin(const RunCommand& command);
  [[nodiscard]] std::int64_t parts() const;
  // [pixel][column or row]; nothing of an array RUN without `last`.
  [[nodiscard]] const std::vector<std::int8_t>& compute_part();

  [[nodiscard]] const timing::Compute& cycle() const { return cycle_; }
  [[nodiscard]] const timing::Compute::View& view() const { return view_; }

 private:
  [[nodiscard]] bool is_array() const;
  void look_up();
  void place(std::int64_t first_beat, std::int64_t beats, std::int64_t pixel);

  config::AcceleratorConfig config_;
  const VqRam1r1w* weights_;
  VqRam1r1w* output_;
  timing::Compute initial_;
  timing::Compute cycle_;
  timing::Compute::View view_;
  RunCommand command_;
  std::vector<std::int8_t> codes_;
};

}  // namespace vqrom::sim
