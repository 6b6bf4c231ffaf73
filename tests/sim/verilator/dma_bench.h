// SPDX-License-Identifier: Apache-2.0
// dma_bench — vq_dma between a memory and buffers, and what they must hold in the end.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "gen/config/accelerator_config.h"
#include "gen/config/instruction_set.h"
#include "sim/core/axi_memory.h"
#include "sim/core/lockstep.h"
#include "sim/verilator/verilated_model.h"

namespace vqrom::sim {

struct DmaSize {
  int rows = 16;
  int bus_bits = 64;
  int burst_words = 16;
  int outstanding = 8;
  int address_bits = 32;
  int codeword_bits = 0;  // of a codebook in SRAM; 0: it is in ROM
};

inline void PrintTo(const DmaSize& size, std::ostream* out) {
  *out << size.rows << " rows, " << size.bus_bits << " bits, bursts of " << size.burst_words << ", "
       << size.outstanding << " outstanding, " << size.address_bits << " address bits, "
       << size.codeword_bits << " bits of a codeword";
}

[[nodiscard]] config::AcceleratorConfig dma_config(const DmaSize& size);
// Bus words of a buffer word.
[[nodiscard]] std::int64_t dma_parts(const DmaSize& size, config::Target target);
// Both after a reset.
[[nodiscard]] std::unique_ptr<Lockstep> dma_lockstep(CycleModel& rtl, CycleModel& beside);
// Builds vq_dma alone, or finds an earlier build.
[[nodiscard]] std::filesystem::path build_dma(const DmaSize& size);

// Gives LOADs, STOREs and fetches in the order of the calls, each kind beside the others. Checks
// when a done pulse comes that its words are there, and that store_read_o is not early: the bench
// overwrites what was read.
class DmaBench {
 public:
  static constexpr int kBufferWords = 2048;
  static constexpr std::size_t kMemoryBytes = std::size_t{1} << 18;

  // `options.origin` and stall_seed count for the memory; a seed also pauses the streams. A model
  // `beside` the RTL runs in lockstep with it.
  DmaBench(const DmaSize& size, AxiMemoryOptions options, std::uint64_t base,
           std::uint64_t data_seed, CycleModel* beside = nullptr);

  void load(const config::Load& load);
  void store(const config::Store& store);
  void fetch(std::uint64_t address);
  // Until all is done; the cycles from the first cycle on. Fails the test after `most` cycles.
  std::int64_t run(std::int64_t most);
  // Compares all buffers, the memory and the counts of events.
  void check_all();

  [[nodiscard]] AxiCounts counts() const { return memory_.counts(); }
  // The cycles of the pulses.
  [[nodiscard]] const std::vector<std::int64_t>& error_cycles() const { return errors_; }
  [[nodiscard]] const std::vector<std::int64_t>& load_done_cycles() const { return load_done_; }
  [[nodiscard]] const std::vector<std::int64_t>& store_read_cycles() const { return store_read_; }
  [[nodiscard]] const std::vector<std::int64_t>& store_done_cycles() const { return store_done_; }
  [[nodiscard]] std::int64_t bus_bytes() const { return size_.bus_bits / 8; }
  // Bus words of a buffer word.
  [[nodiscard]] std::int64_t parts(config::Target target) const;
  [[nodiscard]] std::int64_t vector_parts() const { return size_.rows * 8 / size_.bus_bits; }

 private:
  using Bytes = std::vector<std::uint8_t>;
  struct Buffer {
    std::size_t word_bytes = 0;
    Bytes bytes;
    Bytes expected;
    std::span<const std::uint8_t> en, addr, data;
  };

  [[nodiscard]] bool high(const char* port);
  [[nodiscard]] std::size_t offset(std::uint64_t address) const {
    return static_cast<std::size_t>(base_ + address - options_.origin);
  }
  void step();
  void take_writes();
  void take_pulses();
  void take_fetched();
  void expect_load(const config::Load& load, bool check);
  void check_store(const config::Store& store);

  DmaSize size_;
  AxiMemoryOptions options_;
  std::uint64_t base_;
  base::Random random_;
  VerilatedModel verilated_;
  std::unique_ptr<Lockstep> lockstep_;
  CycleModel& rtl_;  // both, if there is a model beside
  Bytes bytes_, expected_bytes_, initial_bytes_;
  AxiMemory memory_;
  std::array<Buffer, config::kTargets> buffers_;  // by target
  Bytes output_;
  std::deque<config::InstructionWord> load_words_, store_words_;
  std::deque<Bytes> fetch_addresses_;
  std::vector<config::Load> loads_;
  std::vector<config::Store> stores_;
  Bytes fetched_, expected_fetched_;
  config::InstructionWord load_beat_{}, store_beat_{};
  Bytes fetch_beat_;
  std::vector<StreamSource> sources_;
  std::vector<std::int64_t> load_done_, store_read_, store_done_, errors_;
  std::array<std::int64_t, 9> events_{};
  std::int64_t codebook_events_ = 0;
  std::array<std::int64_t, config::kTargets> load_words_expected_{};
  std::int64_t cycle_ = 0;
};

}  // namespace vqrom::sim
