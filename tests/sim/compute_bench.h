// SPDX-License-Identifier: Apache-2.0
// compute_bench — vq_compute between buffers in C++, which answer in one cycle.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/cycle_model.h"
#include "sim/core/stall_pattern.h"
#include "tests/sim/run_reference.h"
#include "tests/temporary_directory.h"

namespace vqrom::sim {

// Verilog of vq_compute and all that it needs, in a directory of its own; removed with the object.
class ComputeDesign {
 public:
  ComputeDesign(const std::string& name, config::AcceleratorConfig config, int entries,
                int dimension, int element_bits);

  [[nodiscard]] const config::AcceleratorConfig& config() const { return config_; }
  [[nodiscard]] const codebook::Codebook& codebook() const { return codebook_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& sources() const { return sources_; }

 private:
  vqrom::test::TemporaryDirectory directory_;
  config::AcceleratorConfig config_;
  codebook::Codebook codebook_;
  std::vector<std::filesystem::path> sources_;
};

// Cycles in which an event output was high.
struct ComputeEvents {
  std::int64_t issue = 0;
  std::int64_t wait_weights = 0;
  std::int64_t wait_params = 0;
  std::int64_t wait_sums = 0;
  std::int64_t wait_acts = 0;
  std::int64_t decode = 0;
  std::int64_t vector_read = 0;
  std::int64_t out_write = 0;
  std::int64_t act_read = 0;
  std::int64_t busy = 0;
  std::int64_t decode_conflict = 0;
};

class ComputeBench {
 public:
  ComputeBench(CycleModel& model, const config::AcceleratorConfig& config);

  RunBuffers buffers;
  // Called for each pulse, with the number of the RUN, when this cycle's writes are in the buffer.
  std::function<void(std::size_t)> on_read;
  std::function<void(std::size_t)> on_done;

  void reset();
  // Writes buffers.tables into the tables; no RUN may use them then.
  void load_tables();
  // The same for the codebook, where programs load it.
  void load_codebook(const codebook::Codebook& codebook);
  // Offers the RUNs one after the other and waits until all are complete. Cycles from the first
  // RUN's offer to the last one's run_done. Throws std::runtime_error when it takes too long.
  std::int64_t carry_out(std::span<const RunTask> tasks, StallPattern stalls);
  void idle(int cycles);

  [[nodiscard]] const ComputeEvents& events() const { return events_; }
  // Cycle (of carry_out) of each RUN's run_read and run_done.
  [[nodiscard]] const std::vector<std::int64_t>& read_cycles() const { return read_cycles_; }
  [[nodiscard]] const std::vector<std::int64_t>& done_cycles() const { return done_cycles_; }

 private:
  struct ReadPort {
    std::span<std::uint8_t> en, address, data;
    std::vector<std::uint8_t> next = {};
    bool taken = false;
  };
  std::span<std::uint8_t> port(const std::string& name) { return model_.value(model_.port(name)); }
  ReadPort read_port(const std::string& name);
  void cycle();
  template <typename T>
  static void take(ReadPort& port, const std::vector<T>& words, std::size_t bytes);
  void read_buffers();
  void write_output();

  CycleModel& model_;
  const config::AcceleratorConfig& config_;
  std::size_t vector_bytes_;
  std::span<std::uint8_t> rst_n_, run_valid_, run_ready_, run_data_, shape_data_, factors_data_;
  ReadPort act_, wgt_, param_, window_;
  std::span<std::uint8_t> table_wr_en_, table_wr_addr_, table_wr_data_;
  std::span<std::uint8_t> wr_en_, wr_addr_, wr_data_, run_read_, run_done_;
  std::vector<std::pair<std::span<std::uint8_t>, std::int64_t ComputeEvents::*>> event_ports_;
  ComputeEvents events_;
  std::vector<std::int64_t> read_cycles_;
  std::vector<std::int64_t> done_cycles_;
  std::int64_t cycle_ = 0;
};

}  // namespace vqrom::sim
