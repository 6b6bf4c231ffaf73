// SPDX-License-Identifier: Apache-2.0
// interpreter — runs a program's instructions on a memory image, values only:
// docs/rtl/accelerator.md once more, independent of the code that made the program.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "sw/codebook/codebook.h"
#include "sw/compiler/program.h"
#include "sw/compiler/run_command.h"

namespace vqrom::compiler {

// How the three queues interleave, within what the tickets allow.
enum class Order {
  kLoadsFirst,   // LOADs as early as possible, then RUNs; STOREs as late as possible
  kStoresFirst,  // STOREs as early as possible, then RUNs; LOADs as late as possible
};

// Buffers start with random bytes. One interpreter runs its program once.
class Interpreter {
 public:
  // Errors: codebook.mismatch. The program must have passed check_program and outlive this.
  Interpreter(const Program& program, const codebook::Codebook& codebook, std::uint64_t seed);

  // From the base, Program::memory_bytes long: the image, then random bytes until tensors are put.
  [[nodiscard]] std::span<std::uint8_t> memory() { return memory_; }

  // Errors: program.instruction if the tickets let nothing go on.
  void run(Order order);

 private:
  using Window = RunWindow;
  using Command = RunCommand;
  struct Written {
    std::size_t vector;
    std::size_t byte;
    std::int8_t code;
    std::int64_t table;  // first entry of the table that it goes through; below 0: none
  };

  void dispatch();
  [[nodiscard]] bool load();
  [[nodiscard]] bool read_run();
  [[nodiscard]] bool finish_run();
  [[nodiscard]] bool read_store();
  [[nodiscard]] bool finish_store();
  [[nodiscard]] bool drained() const;

  void compute(const Command& command);
  void compute_array(const Command& command);
  void compute_vectors(const Command& command);
  void accumulate_tile(const Command& command, const Window& window, std::int64_t group,
                       std::span<std::int32_t> sums);
  void decode_tile(const Command& command, std::int64_t word);
  // From the ROM, or from what was loaded.
  [[nodiscard]] std::int8_t codeword_element(std::int64_t index, std::int64_t element) const;
  [[nodiscard]] std::int64_t codeword_bytes() const {
    return std::int64_t{config_.codeword_words()} * config_.bus_bytes();
  }
  void put(const Command& command, std::int64_t channel, std::int64_t pixel, std::int8_t code);
  [[nodiscard]] std::int32_t activation(const Command& command, const Window& window,
                                        std::int64_t group, std::int64_t pixel,
                                        std::int64_t row) const;
  [[nodiscard]] std::int32_t window_value(const Command& command, std::int64_t group,
                                          std::int64_t pixel, std::int64_t row) const;
  [[nodiscard]] std::int8_t added(const Command& command, std::int64_t group, std::int64_t pixel,
                                  std::int64_t row) const;
  [[nodiscard]] static std::int8_t finish_sum(const Command& command,
                                              const std::uint8_t* parameters, std::int32_t sum);

  const Program& program_;
  const config::AcceleratorConfig& config_;
  const codebook::Codebook& codebook_;
  std::vector<std::uint8_t> memory_;
  std::vector<std::uint8_t> activations_;
  std::vector<std::uint8_t> weights_;
  std::vector<std::uint8_t> parameters_;
  std::vector<std::uint8_t> window_;
  std::vector<std::uint8_t> tables_;
  std::vector<std::uint8_t> output_;
  std::vector<std::uint8_t> codewords_;         // with storage sram
  std::vector<std::int32_t> sums_;              // [pixel][column] of the block that is open
  std::vector<std::int32_t> tile_;              // [row][column] of the present tile
  std::vector<std::uint8_t> block_parameters_;  // of the block that is open

  std::int64_t next_ = 0;  // instruction to dispatch
  std::deque<config::Load> load_queue_;
  std::deque<config::Instruction> run_queue_;  // RUN, SHAPE, FACTORS
  std::deque<config::Store> store_queue_;
  config::Shape shape_;
  config::Factors factors_;
  std::deque<std::vector<Written>> unwritten_;  // codes of RUNs that have read
  struct Data {
    config::Store store;
    std::vector<std::uint8_t> bytes;
  };
  std::deque<Data> unstored_;
  std::vector<Written>* codes_ = nullptr;
  std::int64_t loads_ = 0;
  std::int64_t reads_ = 0;
  std::int64_t runs_ = 0;
  std::int64_t store_reads_ = 0;
  std::int64_t stores_ = 0;
};

}  // namespace vqrom::compiler
