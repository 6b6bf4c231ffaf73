// SPDX-License-Identifier: Apache-2.0
// vq_dma — SystemC model of vq_dma: words of LOADs go to their buffers, vectors of STOREs out.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <systemc>

#include "gen/config/accelerator_config.h"
#include "sim/systemc/bus_word.h"
#include "sim/systemc/run_words.h"
#include "sim/systemc/vq_ram_1r1w.h"
#include "sim/timing/dma.h"

namespace vqrom::sim {

// The buffers of targets 0, 1, …; null where there is none; and the one that is stored.
struct DmaBuffers {
  std::array<VqRam1r1w*, config::kTargets> targets{};
  const VqRam1r1w* output = nullptr;
};

// One cycle is look() and edge(). A word is in its buffer from its arrival on: two cycles before
// the RTL's, but nothing reads it before load_done. DmaPins has the ports of the RTL.
class VqDma : public sc_core::sc_module {
 public:
  VqDma(sc_core::sc_module_name name, const config::AcceleratorConfig& config,
        const DmaBuffers& buffers);

  void reset();
  // An edge of the clock while the reset holds.
  void edge_in_reset() { cycle_.edge_in_reset(); }
  void look(const timing::MemoryInputs& memory, bool fetch_valid) {
    cycle_.look(memory, fetch_valid, view_);
  }
  // `rdata` if memory gives a word; the whole instructions if they are offered.
  void edge(const timing::MemoryInputs& memory, const BusWord& rdata, const timing::Dma::Inputs& in,
            const config::InstructionWord& load, const config::InstructionWord& store);
  // Cycles, this one included, that all go like this one, as far as memory does.
  [[nodiscard]] std::int64_t steady_cycles(const timing::MemoryInputs& memory, bool fetch_valid,
                                           bool load_valid, bool store_valid) const {
    return cycle_.steady_cycles(memory, view_, fetch_valid, load_valid, store_valid);
  }
  // A cycle behind the first of them.
  void repeat(const BusWord& rdata);

  [[nodiscard]] const timing::Dma& cycle() const { return cycle_; }
  [[nodiscard]] const timing::Dma::View& view() const { return view_; }
  [[nodiscard]] const BusWord& wdata() const { return wdata_; }
  // The vector that was read last, if it came over a port.
  void take_vector(std::span<const std::uint8_t> bytes);
  // Where the next word of a LOAD goes, and the next vector of a STORE comes from.
  struct Place {
    std::int64_t target = 0;
    std::int64_t address = 0;  // buffer word
    std::size_t part = 0;      // bus words of it that are done
    std::size_t parts = 1;
  };
  [[nodiscard]] Place load_place() const;
  [[nodiscard]] std::int64_t store_address() const;

 private:
  // The rows of one LOAD or STORE, buffer word by buffer word.
  struct Rows {
    std::int64_t target = 0;
    std::int64_t row_words = 0;
    std::int64_t rows = 0;
    std::int64_t row = 0;  // first buffer word
    std::int64_t stride = 0;
    std::int64_t next = 0;  // buffer word
    std::int64_t left = 0;  // bus words of the row
    // `parts` bus words, the whole of a buffer word, are done; false if that was the last.
    bool step(std::int64_t parts);
  };
  [[nodiscard]] static Rows rows_of(const config::Load& load);
  [[nodiscard]] static Rows rows_of(const config::Store& store);
  void write(const BusWord& word);
  void move_word();
  void read_vector();

  std::size_t bus_bytes_;
  std::size_t vector_parts_;
  std::array<std::size_t, config::kTargets> parts_{};  // bus words of a buffer word
  DmaBuffers buffers_;
  timing::Dma initial_;
  timing::Dma cycle_;
  timing::Dma::View view_;
  std::deque<Rows> loads_;
  std::size_t load_part_ = 0;
  std::deque<Rows> stores_;
  std::array<std::uint8_t, 128> vector_{};
  std::size_t store_part_ = 0;
  BusWord wdata_;
};

}  // namespace vqrom::sim
